SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'disputes are searched by parts of words', to_regclass('disputes_search') IS NOT NULL
