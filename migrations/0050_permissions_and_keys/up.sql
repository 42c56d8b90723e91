SET LOCAL lock_timeout = '5s';

-- permissions: What may roles permit beside what the software itself asks for?
CREATE TABLE permissions (
    permission_id uuid NOT NULL,
    code text NOT NULL,
    meaning text NOT NULL,
    retired boolean NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(meaning, ''))) STORED,
    PRIMARY KEY (tenant, permission_id)
) WITH (fillfactor = 80);
CREATE INDEX permissions_code ON permissions (tenant, code);
CREATE INDEX permissions_search ON permissions USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES
    ('permissions', 1);
INSERT INTO es_checkpoint (name) VALUES
    ('permissions');

-- Keys by which services act, by hash. `permissions` are all that a key opens, within the roles of
-- its user. A key that was rotated ends when the time of changing over has passed.
CREATE TABLE identity_key (
    tenant       int         NOT NULL,
    key_id       uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    name         text        NOT NULL,
    secret_hash  bytea       NOT NULL,
    permissions  text[]      NOT NULL CHECK (cardinality(permissions) > 0),
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    PRIMARY KEY (tenant, key_id),
    FOREIGN KEY (tenant, user_id) REFERENCES identity_user
);
CREATE UNIQUE INDEX identity_key_secret ON identity_key (tenant, secret_hash);
CREATE INDEX identity_key_user ON identity_key (tenant, user_id);

-- A sign-in by a key opens no more than the key does.
ALTER TABLE identity_session
    ADD COLUMN key_id uuid,
    ADD COLUMN scope text[],
    ADD CHECK ((key_id IS NULL) = (scope IS NULL));
CREATE INDEX identity_session_key ON identity_session (tenant, key_id) WHERE key_id IS NOT NULL;
