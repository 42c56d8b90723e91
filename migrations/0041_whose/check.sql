SELECT 'both read models are there, in the old version or the new' AS rule, count(*) = 2 AS holds
FROM read_model WHERE name IN ('members', 'treaties') AND version IN (1, 2)
