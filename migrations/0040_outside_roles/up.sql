SET LOCAL lock_timeout = '5s';

-- One role for each kind of user outside the insurer. Nobody signs in to the server as one of them:
-- the services take it on for one transaction. It reads the tables whose policies name it, and
-- where readers of the log stand; never an event, a user or a key.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['bima_member', 'bima_provider', 'bima_agent', 'bima_reinsurer']
    LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role % is missing and may not be made by %', wanted,
                    current_user
                    USING HINT = format('Let an administrator run: CREATE ROLE %I NOLOGIN; '
                        'GRANT %I TO bima_app WITH INHERIT FALSE;', wanted, wanted);
        END;
        IF NOT pg_has_role('bima_app', wanted, 'SET') THEN
            EXECUTE format('GRANT %I TO bima_app WITH INHERIT FALSE, SET TRUE', wanted);
        END IF;
        IF NOT pg_has_role(current_user, wanted, 'SET') THEN
            EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', wanted, current_user);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', wanted);
        EXECUTE format('GRANT SELECT ON es_checkpoint TO %I', wanted);
    END LOOP;
END $$;

-- Agents act in their own name; a reinsurer's user acts for a reinsurer.
ALTER TABLE identity_user DROP CONSTRAINT identity_user_kind_check, DROP CONSTRAINT identity_user_check;
ALTER TABLE identity_user
    ADD CONSTRAINT identity_user_kind_check
    CHECK (kind IN ('staff', 'member', 'provider', 'agent', 'reinsurer', 'service')),
    ADD CONSTRAINT identity_user_check
    CHECK (kind NOT IN ('member', 'provider', 'reinsurer') OR subject_id IS NOT NULL);
