SET LOCAL lock_timeout = '5s';

-- Templates of fingers and faces get a schema, a role and keys of their own. The services add a
-- template, sealed, in the transaction that records it, and cannot read one back: to compare, they
-- connect as `bima_biometrics`, which may open templates, note that it did, and see nothing else.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bima_biometrics') THEN
        CREATE ROLE bima_biometrics LOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'the role bima_biometrics is missing and may not be made by %', current_user
            USING HINT = 'Let an administrator run: CREATE ROLE bima_biometrics LOGIN;';
END $$;

CREATE SCHEMA biometric;
ALTER TABLE biometric_template SET SCHEMA biometric;
ALTER TABLE biometric.biometric_template RENAME TO template;
ALTER TABLE biometric_reading SET SCHEMA biometric;
ALTER TABLE biometric.biometric_reading RENAME TO reading;

-- `apart` is false for a template that is still sealed with a key of vault.person_key.
ALTER TABLE biometric.template ADD COLUMN apart boolean NOT NULL DEFAULT true;
UPDATE biometric.template SET apart = false;

-- Readable with the key of keys for biometrics only. A destroyed key leaves no row.
CREATE TABLE biometric.template_key (
    tenant       int         NOT NULL,
    biometric_id uuid        NOT NULL,
    wrapped      bytea       NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, biometric_id)
);

REVOKE ALL ON biometric.template, biometric.reading, biometric.template_key
    FROM PUBLIC, bima_app, bima_models;
GRANT USAGE ON SCHEMA biometric TO bima_app, bima_biometrics;
GRANT INSERT ON biometric.template TO bima_app;
GRANT SELECT ON biometric.reading TO bima_app;
GRANT SELECT, DELETE, UPDATE (sealed, apart) ON biometric.template TO bima_biometrics;
GRANT SELECT, INSERT ON biometric.reading TO bima_biometrics;
GRANT SELECT, INSERT, DELETE, UPDATE (wrapped) ON biometric.template_key TO bima_biometrics;

-- As before, and hands out nothing of this schema: what is not granted above is granted to nobody.
CREATE OR REPLACE FUNCTION es_settle_rights() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
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
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'biometric')
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO bima_app, bima_models', found.name);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO bima_app, bima_models',
                       found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relowner <> 'bima_models'::regrole
          AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'biometric')
          AND NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = 'bima_app'::regrole)
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO bima_app', found.name);
        EXECUTE format('GRANT SELECT ON %s TO bima_models', found.name);
    END LOOP;
    GRANT INSERT, UPDATE, DELETE ON es_checkpoint, read_model TO bima_models;
END $$;
