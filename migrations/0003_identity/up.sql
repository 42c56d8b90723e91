SET LOCAL lock_timeout = '5s';

-- Who may sign in. `subject_id` is the member or provider that an outside user acts for.
-- `password_hash` is argon2id; NULL where the user signs in elsewhere or not at all.
CREATE TABLE identity_user (
    tenant        int         NOT NULL,
    user_id       uuid        NOT NULL,
    username      text        NOT NULL,
    display_name  text        NOT NULL DEFAULT '',
    kind          text        NOT NULL CHECK (kind IN ('staff', 'member', 'provider', 'service')),
    roles         text[]      NOT NULL CHECK (cardinality(roles) > 0),
    subject_id    uuid,
    password_hash text,
    active        boolean     NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, user_id),
    CHECK (kind NOT IN ('member', 'provider') OR subject_id IS NOT NULL)
);
CREATE UNIQUE INDEX identity_user_name ON identity_user (tenant, lower(username));

-- One sign-in and everything that was renewed from it. A revoked session refuses every token.
CREATE TABLE identity_session (
    tenant      int         NOT NULL,
    session_id  uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    revoked_for text,
    PRIMARY KEY (tenant, session_id),
    FOREIGN KEY (tenant, user_id) REFERENCES identity_user
);
CREATE INDEX identity_session_user ON identity_session (tenant, user_id);

-- Renewal tokens, by hash: each is good for one use. A second use means that it was stolen.
CREATE TABLE identity_renewal (
    tenant     int         NOT NULL,
    token_hash bytea       NOT NULL,
    session_id uuid        NOT NULL,
    issued_at  timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (tenant, token_hash),
    FOREIGN KEY (tenant, session_id) REFERENCES identity_session
);
CREATE INDEX identity_renewal_session ON identity_renewal (tenant, session_id);
