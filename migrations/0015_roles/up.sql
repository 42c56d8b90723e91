SET LOCAL lock_timeout = '5s';

-- Two roles beside the owner, who migrates. `bima_app` is what the services connect as: it writes
-- events and can never take one back. `bima_models` owns the read models and nothing else.
-- Roles belong to the whole server; another of its databases may have made them a moment ago.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['bima_app', 'bima_models'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I LOGIN', wanted);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role % is missing and may not be made by %', wanted,
                    current_user
                    USING HINT = 'Let an administrator run: CREATE ROLE bima_app LOGIN; '
                        'CREATE ROLE bima_models LOGIN; GRANT bima_models TO '
                        || quote_ident(current_user) || ';';
        END;
    END LOOP;
    IF NOT pg_has_role(current_user, 'bima_models', 'MEMBER') THEN
        EXECUTE format('GRANT bima_models TO %I', current_user);
    END IF;
END $$;

GRANT USAGE ON SCHEMA public, beside, proof TO bima_app, bima_models;
GRANT CREATE ON SCHEMA public, beside, proof TO bima_models;
ALTER DEFAULT PRIVILEGES FOR ROLE bima_models IN SCHEMA public GRANT SELECT ON TABLES TO bima_app;
ALTER DEFAULT PRIVILEGES FOR ROLE bima_models IN SCHEMA beside GRANT SELECT ON TABLES TO bima_app;

-- Tables to which rows are only added. What a later step adds to them, it adds by `es_only_grows`.
CREATE FUNCTION es_only_grows(p_table regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT p_table UNION SELECT relid FROM pg_partition_tree(p_table) LOOP
        EXECUTE format('REVOKE ALL ON %s FROM bima_app, bima_models', part);
        EXECUTE format('GRANT SELECT ON %s TO bima_app, bima_models', part);
    END LOOP;
    EXECUTE format('GRANT INSERT ON %s TO bima_app', p_table);
END $$;

-- Called after every migration: read models go to their owner, and the services get what they
-- need of tables that no step has granted yet.
CREATE FUNCTION es_settle_rights() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    -- A read model is known by the columns that all of them end with.
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relowner <> 'bima_models'::regrole
          AND 4 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid
                   AND a.attname IN ('position', 'version', 'created_at', 'updated_at'))
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                      AND a.attname = 'tenant' AND a.atttypid = 'bigint'::regtype)
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO bima_models', found.name);
        EXECUTE format('GRANT SELECT ON %s TO bima_app', found.name);
    END LOOP;
    FOR found IN
        SELECT n.nspname AS name FROM pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO bima_app, bima_models', found.name);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO bima_app, bima_models',
                       found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relowner <> 'bima_models'::regrole
          AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = 'bima_app'::regrole)
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO bima_app', found.name);
        EXECUTE format('GRANT SELECT ON %s TO bima_models', found.name);
    END LOOP;
    GRANT INSERT, UPDATE, DELETE ON es_checkpoint, read_model TO bima_models;
END $$;

SELECT es_only_grows(name) FROM unnest(ARRAY[
    'es_event', 'es_type', 'seal_log', 'seal_key', 'seal_tile', 'seal_checkpoint', 'seal_witness',
    'seal_cosignature', 'fraud_model_artefact', 'meta_migration']::regclass[]) AS name;
REVOKE INSERT ON meta_migration FROM bima_app;
-- The functions of the log run with the rights of who calls them; their text is the owner's.
SELECT es_settle_rights();
