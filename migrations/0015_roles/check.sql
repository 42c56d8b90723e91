SELECT 'the services can add events and can do nothing else to them' AS rule,
       bool_and(has_table_privilege('bima_app', 'es_event', 'SELECT, INSERT')
                AND NOT has_table_privilege('bima_app', relid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
                AND NOT has_table_privilege('bima_models', relid,
                                            'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')) AS holds
FROM pg_partition_tree('es_event')
UNION ALL
SELECT 'the roles of the services are held by every rule of the database',
       count(*) = 2 AND NOT bool_or(rolsuper OR rolbypassrls OR rolcreaterole)
FROM pg_roles WHERE rolname IN ('bima_app', 'bima_models')
UNION ALL
SELECT 'read models belong to who fills them',
       count(*) > 20
FROM pg_class WHERE relowner = 'bima_models'::regrole AND relkind = 'r'
