SET LOCAL lock_timeout = '5s';

-- Published event names; events carry the short number. A name is never changed or removed.
CREATE TABLE es_type (
    id   smallint PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- Position of an event in the log. One value is handed out at a time (CACHE 1): a session that
-- kept values in reserve would use them long after larger ones were read. The first call is
-- spent here, so that last_value means "handed out" from the first moment on.
CREATE SEQUENCE es_position MINVALUE 0 START 0 CACHE 1;
SELECT nextval('es_position');

CREATE TABLE es_event (
    position       bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    caused_by      bigint,
    tenant         int         NOT NULL,
    version        int         NOT NULL,
    effective_on   date        NOT NULL,
    type           smallint    NOT NULL,
    schema_version smallint    NOT NULL,
    stream_id      uuid        NOT NULL,
    command_id     uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    actor          text        NOT NULL,
    reason         text        NOT NULL,
    data           bytea       NOT NULL,
    sealed         bytea,
    hash           bytea       NOT NULL,
    PRIMARY KEY (tenant, stream_id, version)
) PARTITION BY HASH (tenant, stream_id);

CREATE INDEX es_event_position ON es_event (position);

-- Events are facts: they are only added to, whoever asks, and whichever partition is named.
CREATE FUNCTION es_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed or removed (% of %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER es_event_is_final BEFORE UPDATE OR DELETE ON es_event
    FOR EACH ROW EXECUTE FUNCTION es_refuse_change();
CREATE TRIGGER es_event_stays BEFORE TRUNCATE ON es_event
    FOR EACH STATEMENT EXECUTE FUNCTION es_refuse_change();

DO $$
BEGIN
    FOR part IN 0..7 LOOP
        EXECUTE format('CREATE TABLE es_event_%s PARTITION OF es_event
                        FOR VALUES WITH (MODULUS 8, REMAINDER %s)', part, part);
        EXECUTE format('CREATE TRIGGER es_event_stays BEFORE TRUNCATE ON es_event_%s
                        FOR EACH STATEMENT EXECUTE FUNCTION es_refuse_change()', part);
    END LOOP;
END $$;

-- A command that took effect: the same command again is answered from here and adds nothing.
CREATE TABLE es_receipt (
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL,
    tenant      int         NOT NULL,
    command_id  uuid        NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      jsonb,
    PRIMARY KEY (tenant, command_id)
);

-- The state of a long stream at one version. Disposable: a missing or strange row only costs time.
CREATE TABLE es_snapshot (
    tenant        int   NOT NULL,
    stream_id     uuid  NOT NULL,
    version       int   NOT NULL,
    decider       text  NOT NULL,
    state_version int   NOT NULL,
    state_hash    bytea NOT NULL,
    state         bytea NOT NULL,
    PRIMARY KEY (tenant, stream_id)
);

-- Where each reader of the log stands. `owner` holds the lease until `owned_until`; `error` says
-- why a reader stopped at the event after `position`.
CREATE TABLE es_checkpoint (
    name        text        NOT NULL,
    shard       smallint    NOT NULL DEFAULT 0,
    position    bigint      NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    owner       text,
    owned_until timestamptz,
    error       text,
    PRIMARY KEY (name, shard)
) WITH (fillfactor = 50);

-- The last number given out of a series (member numbers, claim numbers).
CREATE TABLE es_number (
    tenant int    NOT NULL,
    series text   NOT NULL,
    last   bigint NOT NULL,
    PRIMARY KEY (tenant, series)
) WITH (fillfactor = 50);

-- Snapshots of aggregates that are written with the eventsourcing library's own classes.
CREATE TABLE es_library_snapshot (
    tenant    int    NOT NULL,
    purpose   text   NOT NULL,
    stream_id uuid   NOT NULL,
    version   int    NOT NULL,
    topic     text   NOT NULL,
    state     bytea  NOT NULL,
    PRIMARY KEY (tenant, purpose, stream_id, version)
);

-- The numbers of event names; unknown names are added. Names never go away, so callers may keep
-- the answer for as long as they live.
CREATE FUNCTION es_type_ids(p_names text[], OUT name text, OUT id smallint)
RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM unnest(p_names) AS n WHERE n NOT IN (SELECT t.name FROM es_type t)) THEN
        PERFORM pg_advisory_xact_lock(1112100171, 0);
        INSERT INTO es_type (id, name)
        SELECT COALESCE((SELECT max(t.id) FROM es_type t), 0) + row_number() OVER (ORDER BY n), n
        FROM (SELECT DISTINCT n FROM unnest(p_names) AS n) AS wanted
        WHERE n NOT IN (SELECT t.name FROM es_type t);
    END IF;
    RETURN QUERY SELECT t.name, t.id FROM es_type t WHERE t.name = ANY (p_names);
END $$;

-- One event as a writer hands it over. `grp` is the command that it belongs to (its index in the
-- list of receipts); `first` marks the first event of a stream, whose version must be the next.
CREATE TYPE es_new_event AS (
    grp            int,
    first          boolean,
    stream_id      uuid,
    version        int,
    type           smallint,
    schema_version smallint,
    recorded_at    timestamptz,
    effective_on   date,
    actor          text,
    command_id     uuid,
    correlation_id uuid,
    caused_by      bigint,
    reason         text,
    hash           bytea,
    data           bytea,
    sealed         bytea
);

-- The receipt of one command; `last` is the index of its last event in the list of events, or 0.
CREATE TYPE es_new_receipt AS (
    last        int,
    recorded_at timestamptz,
    command_id  uuid,
    fingerprint bytea,
    answer      text
);

-- Append for many commands in one call; positions are given in the order of the events.
--
-- A command with a receipt and a command whose streams have moved on are left out whole, and the
-- others go in. A rival who commits between the look and the insert raises unique_violation and
-- undoes the call: then nothing was stored, and the caller tries its commands one by one.
--
-- The shared lock on a lower bound of the positions that this transaction can get is what readers
-- look at (es_safe_position); it must be held before the first nextval and until the commit.
CREATE FUNCTION es_append(
    p_tenant int, p_events es_new_event[], p_receipts es_new_receipt[],
    OUT positions bigint[], OUT stale int[], OUT known_command uuid[],
    OUT known_fingerprint bytea[], OUT known_position bigint[], OUT known_answer text[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    left_out int[];
    one es_new_event;
    stands_at int;
BEGIN
    SELECT array_agg(g.i), array_agg(r.command_id), array_agg(r.fingerprint),
           array_agg(r.position), array_agg(r.answer::text)
    INTO left_out, known_command, known_fingerprint, known_position, known_answer
    FROM unnest(p_receipts) WITH ORDINALITY
         AS g (last, recorded_at, command_id, fingerprint, answer, i)
    CROSS JOIN LATERAL (
        -- Looked up one by one: a plan made before the table was ever analysed would otherwise
        -- read all receipts of the tenant, and be kept.
        SELECT * FROM es_receipt WHERE tenant = p_tenant AND es_receipt.command_id = g.command_id
        LIMIT 1) AS r;

    -- For a few events a look at the one partition that holds the stream is the quickest; for
    -- many, one statement over all of them.
    IF cardinality(p_events) <= 8 THEN
        FOREACH one IN ARRAY p_events LOOP
            IF one.first THEN
                SELECT e.version INTO stands_at FROM es_event e
                WHERE e.tenant = p_tenant AND e.stream_id = one.stream_id
                ORDER BY e.version DESC LIMIT 1;
                IF one.version - 1 <> COALESCE(stands_at, 0) THEN
                    stale := stale || one.grp;
                END IF;
            END IF;
        END LOOP;
    ELSE
        SELECT array_agg(DISTINCT n.grp) INTO stale
        FROM unnest(p_events) AS n
        WHERE n.first
          AND n.version - 1 <> COALESCE((SELECT e.version FROM es_event e
                                         WHERE e.tenant = p_tenant AND e.stream_id = n.stream_id
                                         ORDER BY e.version DESC LIMIT 1), 0);
    END IF;
    left_out := left_out || stale;
    IF cardinality(left_out) >= cardinality(p_receipts) AND cardinality(p_receipts) =
       (SELECT count(DISTINCT grp) FROM unnest(left_out) AS grp) THEN
        RETURN;
    END IF;

    -- The lock is taken in the row source, the positions in what is made of its rows.
    positions := ARRAY(
        SELECT nextval('es_position')
        FROM (SELECT pg_advisory_xact_lock_shared(1112100172, (p.last_value & 2147483647)::int)
              FROM es_position p OFFSET 0) AS lock,
             generate_series(1, cardinality(p_events)));

    INSERT INTO es_event (position, recorded_at, caused_by, tenant, version, effective_on, type,
                          schema_version, stream_id, command_id, correlation_id, actor, reason,
                          data, sealed, hash)
    SELECT positions[n.i], n.recorded_at, n.caused_by, p_tenant, n.version, n.effective_on, n.type,
           n.schema_version, n.stream_id, n.command_id, n.correlation_id, n.actor, n.reason,
           n.data, n.sealed, n.hash
    FROM unnest(p_events) WITH ORDINALITY
         AS n (grp, first, stream_id, version, type, schema_version, recorded_at, effective_on,
               actor, command_id, correlation_id, caused_by, reason, hash, data, sealed, i)
    WHERE left_out IS NULL OR n.grp <> ALL (left_out);

    INSERT INTO es_receipt (position, recorded_at, tenant, command_id, fingerprint, answer)
    SELECT COALESCE(positions[g.last], 0), g.recorded_at, p_tenant, g.command_id, g.fingerprint,
           g.answer::jsonb
    FROM unnest(p_receipts) WITH ORDINALITY
         AS g (last, recorded_at, command_id, fingerprint, answer, i)
    WHERE left_out IS NULL OR g.i <> ALL (left_out);
END $$;

-- The position up to which the log is final: every smaller one is committed or will never be.
-- First the last position handed out, then the lowest bound that a running append holds: a
-- position handed out before the first look belongs to a transaction that held its lock already,
-- so if it still runs, the second look finds a smaller bound. The rows must be read afterwards, in
-- a snapshot of their own (a new statement at READ COMMITTED).
CREATE FUNCTION es_safe_position(OUT safe bigint, OUT last bigint) LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.last_value INTO last FROM es_position p;
    -- A bound is kept in 31 bits; it is the value nearest to `last` that has them.
    SELECT min(last + ((l.objid::bigint - last + 1073741824) & 2147483647) - 1073741824) INTO safe
    FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.classid = 1112100172 AND l.objsubid = 2
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
    safe := least(safe, last);
END $$;

-- A block of numbers, the last of which is returned. Numbers of a block that is not used are lost.
CREATE FUNCTION es_take_numbers(p_tenant int, p_series text, p_count int) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO es_number AS n (tenant, series, last) VALUES (p_tenant, p_series, p_count)
    ON CONFLICT (tenant, series) DO UPDATE SET last = n.last + excluded.last
    RETURNING n.last
$$;
