SET LOCAL lock_timeout = '5s';

-- What falls due later waits in the same table as all other work, in a state of its own.
ALTER TABLE reaction_task DROP CONSTRAINT reaction_task_state_check;
ALTER TABLE reaction_task ADD CONSTRAINT reaction_task_state_check
    CHECK (state IN ('waits', 'due', 'done', 'failed', 'discarded')) NOT VALID;
CREATE INDEX reaction_task_waits ON reaction_task (next_attempt_at) WHERE state = 'waits';

-- Deadlines whose time has come become open tasks; how many.
CREATE FUNCTION reaction_fall_due(p_tenant int, p_limit int) RETURNS bigint
LANGUAGE sql AS $$
    WITH fallen AS (
        UPDATE reaction_task t SET state = 'due'
        FROM (SELECT position, reaction FROM reaction_task
              WHERE state = 'waits' AND next_attempt_at <= clock_timestamp()
                AND tenant + 0 = p_tenant
              ORDER BY next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED) d
        WHERE t.tenant = p_tenant AND t.position = d.position AND t.reaction = d.reaction
        RETURNING 1)
    SELECT count(*) FROM fallen
$$;
