SET LOCAL lock_timeout = '5s';

-- The keys that personal data is sealed with, apart from the events: in a schema of their own here,
-- or in another database (BIMA_KEYS_DATABASE_URL), backed up for themselves and shortly.
CREATE SCHEMA IF NOT EXISTS vault;

-- `wrapped` is readable with the insurer's own key only, which is in no database. A destroyed key
-- leaves its row, so that one who was erased differs from one whose key was lost.
CREATE TABLE vault.person_key (
    tenant       int         NOT NULL,
    person_id    uuid        NOT NULL,
    wrapped      bytea,
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    PRIMARY KEY (tenant, person_id),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
