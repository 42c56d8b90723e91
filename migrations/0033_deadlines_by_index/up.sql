SET LOCAL lock_timeout = '5s';

-- Deadlines whose time has come become open tasks; how many. As the other functions over tasks do, it
-- goes by the index of those that wait and then task by task: its first form read every task, four
-- times a second. `now()` and not `clock_timestamp()`, by which no index is searched.
CREATE OR REPLACE FUNCTION reaction_fall_due(p_tenant int, p_limit int) RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    fallen        bigint := 0;
    due_position  bigint;
    due_reaction  text;
BEGIN
    FOR due_position, due_reaction IN
        SELECT t.position, t.reaction FROM reaction_task t
        WHERE t.state = 'waits' AND t.next_attempt_at <= now() AND t.tenant + 0 = p_tenant
        ORDER BY t.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE reaction_task t SET state = 'due'
        WHERE t.tenant = p_tenant AND t.position = due_position AND t.reaction = due_reaction;
        fallen := fallen + 1;
    END LOOP;
    RETURN fallen;
END $$;
