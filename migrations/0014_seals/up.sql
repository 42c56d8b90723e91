SET LOCAL lock_timeout = '5s';

-- The proof over the log: a Merkle tree (RFC 6962) of all events in the order of their positions,
-- and signed statements of its root. docs/proofs.md tells how each byte is made.

-- What was sealed stays: statements that somebody may hold are never withdrawn.
CREATE FUNCTION seal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'seals are never changed or removed (% of %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- The name of this log in its checkpoints, made by the first sealer; there is one.
CREATE TABLE seal_log (
    log_id  uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    alone   boolean     NOT NULL DEFAULT true UNIQUE CHECK (alone)
);

-- The public keys that checkpoints were signed with, as name+number+key.
CREATE TABLE seal_key (
    since  timestamptz NOT NULL DEFAULT clock_timestamp(),
    key_id bytea       PRIMARY KEY CHECK (length(key_id) = 4),
    word   text        NOT NULL UNIQUE
);

-- The roots of full groups of the tree: of 256 events (level 0), of 256 such groups (level 1) and
-- so on. Leaves are not stored: they follow from the events.
CREATE TABLE seal_tile (
    tile           bigint   NOT NULL,
    first_position bigint   NOT NULL,
    last_position  bigint   NOT NULL,
    level          smallint NOT NULL,
    root           bytea    NOT NULL CHECK (length(root) = 32),
    PRIMARY KEY (level, tile)
);
CREATE UNIQUE INDEX seal_tile_position ON seal_tile (last_position) WHERE level = 0;

-- Signed statements: the first `tree_size` events, the last of them at `position`, have this root.
CREATE TABLE seal_checkpoint (
    tree_size bigint      PRIMARY KEY CHECK (tree_size > 0),
    position  bigint      NOT NULL UNIQUE,
    sealed_at timestamptz NOT NULL,
    key_id    bytea       NOT NULL,
    root      bytea       NOT NULL CHECK (length(root) = 32),
    signature bytea       NOT NULL CHECK (length(signature) = 64)
);

-- Witnesses outside the insurer whose word counts, as name+number+key.
CREATE TABLE seal_witness (
    since  timestamptz NOT NULL DEFAULT clock_timestamp(),
    key_id bytea       PRIMARY KEY CHECK (length(key_id) = 4),
    word   text        NOT NULL UNIQUE
);

-- Checkpoints that a witness has found to follow from what it saw before, with its signature.
CREATE TABLE seal_cosignature (
    tree_size bigint      NOT NULL,
    noted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    key_id    bytea       NOT NULL CHECK (length(key_id) = 4),
    signature bytea       NOT NULL CHECK (length(signature) = 72),
    PRIMARY KEY (tree_size, key_id)
);

DO $$
DECLARE
    sealed text;
BEGIN
    FOREACH sealed IN ARRAY ARRAY['seal_log', 'seal_key', 'seal_tile', 'seal_checkpoint',
                                  'seal_witness', 'seal_cosignature'] LOOP
        EXECUTE format('CREATE TRIGGER %s_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION seal_refuse_change()', sealed, sealed);
    END LOOP;
END $$;

-- How far the log is final, written down for readers of a standby: they cannot see who is writing
-- on the primary. The row reaches a standby after the events that it speaks of.
CREATE TABLE es_published (
    safe         bigint      NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    shard        smallint    PRIMARY KEY DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO es_published (safe) SELECT safe FROM es_safe_position();

-- The same question has the right answer on either: seen here, or as it was published.
ALTER FUNCTION es_safe_position() RENAME TO es_safe_position_here;
CREATE FUNCTION es_safe_position(OUT safe bigint, OUT last bigint) LANGUAGE plpgsql AS $$
BEGIN
    IF pg_is_in_recovery() THEN
        SELECT p.safe, p.safe INTO safe, last FROM es_published p WHERE p.shard = 0;
    ELSE
        SELECT h.safe, h.last INTO safe, last FROM es_safe_position_here() h;
    END IF;
END $$;
