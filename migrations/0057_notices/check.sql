SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
