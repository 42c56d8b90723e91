SELECT 'a look that was noted stays' AS rule,
       has_table_privilege('bima_app', 'member_look', 'SELECT, INSERT')
       AND NOT has_table_privilege('bima_app', 'member_look', 'UPDATE, DELETE, TRUNCATE') AS holds
