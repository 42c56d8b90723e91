SET LOCAL lock_timeout = '5s';

-- These took effect, or are no longer wanted. With a queue: a worker went on with it at once; it is
-- noted as done also where the feed has not put it down yet, and the feed then leaves it as it is.
CREATE FUNCTION reaction_done(
    p_tenant int, p_positions bigint[], p_reactions text[], p_notes text[], p_queues text[]
) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    due text := 'due';
BEGIN
    FOR i IN 1 .. cardinality(p_positions) LOOP
        IF p_queues[i] = '' THEN
            UPDATE reaction_task t
            SET state = 'done', ended_at = clock_timestamp(), leased_until = NULL, note = p_notes[i]
            WHERE t.tenant = p_tenant AND t.position = p_positions[i]
              AND t.reaction = p_reactions[i] AND t.state = due;
        ELSE
            INSERT INTO reaction_task AS t (tenant, position, reaction, queue, next_attempt_at,
                                            ended_at, state, note, tries)
            VALUES (p_tenant, p_positions[i], p_reactions[i], p_queues[i], clock_timestamp(),
                    clock_timestamp(), 'done', p_notes[i], 1)
            ON CONFLICT (tenant, position, reaction) DO UPDATE
            SET state = 'done', ended_at = clock_timestamp(), leased_until = NULL, tries = t.tries + 1
            WHERE t.state = due;
        END IF;
    END LOOP;
END $$;
