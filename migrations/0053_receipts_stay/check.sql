SELECT 'the services can add receipts and can do nothing else to them' AS rule,
       has_table_privilege('bima_app', 'es_receipt', 'SELECT, INSERT')
       AND NOT has_table_privilege('bima_app', 'es_receipt', 'UPDATE, DELETE, TRUNCATE, TRIGGER')
       AND NOT has_table_privilege('bima_models', 'es_receipt',
                                   'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER') AS holds
UNION ALL
SELECT 'receipts are never changed or removed', count(*) = 2
FROM pg_trigger WHERE tgrelid = 'es_receipt'::regclass AND tgenabled = 'O' AND NOT tgisinternal
