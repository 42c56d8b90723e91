SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'no sign-in of before is limited to what a key opens',
       NOT EXISTS (SELECT FROM identity_session WHERE key_id IS NOT NULL)
