SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'payments have the table of their version',
       (SELECT m.version = 1 OR EXISTS (SELECT FROM information_schema.columns
                                        WHERE table_name = 'payments' AND column_name = 'waits_for')
        FROM read_model m WHERE m.name = 'payments')
