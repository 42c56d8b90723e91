SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'price lists have the table of their version',
       (SELECT (m.version = 2) = EXISTS (SELECT FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = 'provider_tariffs'
                  AND column_name = 'tariff_id')
        FROM read_model m WHERE m.name = 'providers')
