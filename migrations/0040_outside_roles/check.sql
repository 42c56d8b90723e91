SELECT 'the roles of outside users read nothing but what is granted' AS rule,
       count(*) = 4 AND NOT bool_or(rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole) AS holds
FROM pg_roles WHERE rolname IN ('bima_member', 'bima_provider', 'bima_agent', 'bima_reinsurer')
UNION ALL
SELECT 'they see no event and no user',
       NOT bool_or(has_table_privilege(role, name, 'SELECT'))
FROM unnest(ARRAY['bima_member', 'bima_provider', 'bima_agent', 'bima_reinsurer']) AS role,
     unnest(ARRAY['es_event', 'identity_user']) AS name
UNION ALL
SELECT 'the services may take them on',
       bool_and(pg_has_role('bima_app', role, 'SET'))
FROM unnest(ARRAY['bima_member', 'bima_provider', 'bima_agent', 'bima_reinsurer']) AS role
