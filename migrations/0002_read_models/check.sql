SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'every table of the read side tells tenant and position of its rows',
       NOT EXISTS (
           SELECT FROM pg_class t
           JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
           WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
             AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid
                         AND a.attname = 'search_text')
             AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = t.oid
                  AND a.attname IN ('tenant', 'position')) < 2)
UNION ALL
SELECT 'text can be searched by parts of words',
       EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
