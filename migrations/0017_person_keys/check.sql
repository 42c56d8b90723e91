SELECT 'no key is stored that is said to be destroyed' AS rule, count(*) = 0 AS holds
FROM vault.person_key WHERE (wrapped IS NULL) <> (destroyed_at IS NOT NULL)
