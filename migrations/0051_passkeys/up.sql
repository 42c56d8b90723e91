SET LOCAL lock_timeout = '5s';

-- Passkeys: the public half of a key that a person's device holds. `sign_count` goes up with each
-- use, where the device counts; one that goes back was copied.
CREATE TABLE identity_passkey (
    tenant        int         NOT NULL,
    passkey_id    uuid        NOT NULL,
    user_id       uuid        NOT NULL,
    credential_id bytea       NOT NULL,
    public_key    bytea       NOT NULL,
    sign_count    bigint      NOT NULL,
    name          text        NOT NULL,
    added_at      timestamptz NOT NULL,
    last_used_at  timestamptz,
    PRIMARY KEY (tenant, passkey_id),
    FOREIGN KEY (tenant, user_id) REFERENCES identity_user
);
CREATE UNIQUE INDEX identity_passkey_credential ON identity_passkey (tenant, credential_id);
CREATE INDEX identity_passkey_user ON identity_passkey (tenant, user_id);

ALTER TABLE identity_user ADD COLUMN passkeys int NOT NULL DEFAULT 0 CHECK (passkeys >= 0);

-- What a device or a provider of identities is asked to sign or to send back, by hash, good once.
-- `kept` is what must be known again when the answer comes.
CREATE TABLE identity_challenge (
    tenant         int         NOT NULL,
    challenge_hash bytea       NOT NULL,
    purpose        text        NOT NULL,
    user_id        uuid,
    kept           jsonb       NOT NULL DEFAULT '{}',
    expires_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, challenge_hash)
);
CREATE INDEX identity_challenge_expires ON identity_challenge (tenant, expires_at);
