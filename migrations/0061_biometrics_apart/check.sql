SELECT 'the services cannot read or change a template or its key' AS rule,
       NOT has_table_privilege('bima_app', 'biometric.template', 'SELECT, UPDATE, DELETE, TRUNCATE')
       AND NOT has_table_privilege('bima_app', 'biometric.template_key',
                                   'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
       AND NOT has_any_column_privilege('bima_app', 'biometric.template', 'SELECT, UPDATE')
       AND NOT has_schema_privilege('bima_models', 'biometric', 'USAGE') AS holds
UNION ALL
SELECT 'who opens templates cannot remove the note of it',
       has_table_privilege('bima_biometrics', 'biometric.reading', 'INSERT')
       AND NOT has_table_privilege('bima_biometrics', 'biometric.reading',
                                   'UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT 'who opens templates reads no events and no keys of persons',
       NOT has_table_privilege('bima_biometrics', 'es_event', 'SELECT')
       AND NOT has_table_privilege('bima_biometrics', 'vault.person_key', 'SELECT')
