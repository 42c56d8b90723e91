SET LOCAL lock_timeout = '5s';

-- What people prove to be themselves with. `totp` is sealed; it counts once `totp_on`. `totp_step`
-- is the time step of the last code that was used: each code is good once.
ALTER TABLE identity_user
    ADD COLUMN email text NOT NULL DEFAULT '',
    ADD COLUMN email_verified boolean NOT NULL DEFAULT false,
    ADD COLUMN totp bytea,
    ADD COLUMN totp_on boolean NOT NULL DEFAULT false,
    ADD COLUMN totp_step bigint NOT NULL DEFAULT 0,
    ADD CHECK (totp IS NOT NULL OR NOT totp_on);

-- One-time links, by hash: to choose a new password, to show that an address is one's own, to go
-- on with a sign-in that needs a second factor.
CREATE TABLE identity_link (
    tenant     int         NOT NULL,
    token_hash bytea       NOT NULL,
    user_id    uuid        NOT NULL,
    purpose    text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, token_hash),
    FOREIGN KEY (tenant, user_id) REFERENCES identity_user
);
CREATE INDEX identity_link_user ON identity_link (tenant, user_id, purpose);

-- users: Who may sign in and as what, and when did they?
CREATE TABLE users (
    user_id uuid NOT NULL,
    username text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    kind text NOT NULL,
    roles text[] NOT NULL,
    stage text NOT NULL,
    subject_id uuid,
    email_verified boolean NOT NULL,
    second_factor boolean NOT NULL,
    last_signed_in_at timestamptz,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(username, '') || ' ' || COALESCE(name, '') || ' ' || COALESCE(email, ''))) STORED,
    PRIMARY KEY (tenant, user_id)
) WITH (fillfactor = 80);
CREATE INDEX users_kind_stage ON users (tenant, kind, stage);
CREATE INDEX users_created_at_user_id ON users (tenant, created_at, user_id);
CREATE INDEX users_subject_id ON users (tenant, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops);
CREATE TABLE user_sessions (
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    proofs text[] NOT NULL,
    started_at timestamptz NOT NULL,
    running boolean NOT NULL,
    ended_at timestamptz,
    ended_for text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, session_id)
) WITH (fillfactor = 80);
CREATE INDEX user_sessions_user_id_started_at ON user_sessions (tenant, user_id, started_at);
CREATE INDEX user_sessions_created_at_session_id ON user_sessions (tenant, created_at, session_id);
CREATE TABLE authentication_events (
    user_id uuid NOT NULL,
    nth bigint NOT NULL,
    event text NOT NULL,
    attempt boolean NOT NULL,
    succeeded boolean NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, user_id, nth)
);
CREATE INDEX authentication_events_created_at_user_id ON authentication_events (tenant, created_at, user_id);
CREATE INDEX authentication_events_event_created_at ON authentication_events (tenant, event, created_at);
CREATE TABLE permission_changes (
    user_id uuid NOT NULL,
    nth bigint NOT NULL,
    granted text[] NOT NULL,
    withdrawn text[] NOT NULL,
    actor text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, user_id, nth)
);
CREATE INDEX permission_changes_created_at_user_id ON permission_changes (tenant, created_at, user_id);

-- roles: Which roles are there, and what do they permit?
CREATE TABLE roles (
    role_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    permissions text[] NOT NULL,
    inherits text[] NOT NULL,
    built_in boolean NOT NULL,
    removed boolean NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(name, ''))) STORED,
    PRIMARY KEY (tenant, role_id)
) WITH (fillfactor = 80);
CREATE INDEX roles_code ON roles (tenant, code);
CREATE INDEX roles_created_at_role_id ON roles (tenant, created_at, role_id);
CREATE INDEX roles_search ON roles USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES ('users', 1), ('roles', 1);
INSERT INTO es_checkpoint (name) VALUES ('users'), ('roles');
