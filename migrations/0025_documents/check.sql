SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'a content is found by tenant and digest',
       EXISTS (SELECT FROM pg_indexes WHERE indexname = 'document_content_pkey'
               AND indexdef LIKE '%(tenant, digest)%')
