SELECT 'what was noted of readings stays' AS rule,
       has_table_privilege('bima_app', 'biometric_reading', 'SELECT, INSERT')
       AND NOT has_table_privilege('bima_app', 'biometric_reading', 'UPDATE, DELETE, TRUNCATE')
       AND NOT has_table_privilege('bima_models', 'biometric_reading', 'INSERT, UPDATE, DELETE')
           AS holds
