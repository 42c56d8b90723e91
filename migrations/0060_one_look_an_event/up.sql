SET LOCAL lock_timeout = '5s';

-- Append many commands in one statement, all or none, as nearly always all of them can be. Returns
-- the positions of the events in their order. Raises unique_violation, and stores nothing, where a
-- command was carried out before or a stream does not stand where a command expects it; es_append
-- then finds out which, and adds the others.
--
-- The shared lock is taken before the first nextval, as in es_append. Rows go in by stream and
-- command, so that two calls that meet wait for each other in one order and never in a circle.
CREATE OR REPLACE FUNCTION es_add(p_tenant int, p_events es_written[]) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    positions bigint[];
BEGIN
    WITH written AS MATERIALIZED (
        SELECT nextval('es_position') AS position, n.*
        FROM (SELECT pg_advisory_xact_lock_shared(1112100172, (p.last_value & 2147483647)::int)
              FROM es_position p OFFSET 0) AS lock,
             unnest(p_events) AS n
    ), receipts AS (
        INSERT INTO es_receipt (position, recorded_at, tenant, command_id, fingerprint, answer)
        SELECT w.position, w.recorded_at, p_tenant, w.command_id, w.fingerprint, w.answer::jsonb
        FROM written w WHERE w.fingerprint IS NOT NULL
        ORDER BY w.command_id
    ), events AS (
        INSERT INTO es_event (position, recorded_at, caused_by, tenant, version, effective_on,
                              type, schema_version, stream_id, command_id, correlation_id, actor,
                              reason, data, sealed, hash)
        SELECT w.position, w.recorded_at, w.caused_by, p_tenant, w.version, w.effective_on,
               w.type, w.schema_version, w.stream_id, w.command_id, w.correlation_id, w.actor,
               w.reason, w.data, w.sealed, w.hash
        FROM written w
        -- Is the version before there? That this one is not, the primary key knows. Asked as a
        -- value, not with EXISTS: for that a plan may gather all versions of the tenant first.
        WHERE NOT w.first OR w.version = 1
           OR (SELECT true FROM es_event e WHERE e.tenant = p_tenant
               AND e.stream_id = w.stream_id AND e.version = w.version - 1)
        ORDER BY w.stream_id, w.version
        RETURNING position
    )
    SELECT array_agg(e.position ORDER BY e.position) INTO positions FROM events e;
    IF cardinality(positions) IS DISTINCT FROM cardinality(p_events) THEN
        RAISE unique_violation USING MESSAGE = 'a stream does not stand where a command expects it';
    END IF;
    RETURN positions;
END $$;
