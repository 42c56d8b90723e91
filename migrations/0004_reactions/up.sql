SET LOCAL lock_timeout = '5s';

-- What follows from an event and is still to be done: one row for each event and reaction. The
-- queue server holds copies of the open rows only and may lose them all at any time.
--
-- `next_attempt_at` is when an open task is put on its queue again if nothing is heard of it.
-- `leased_until` tells that a worker has it in hand; the lease of a worker that died runs out.
CREATE TABLE reaction_task (
    position        bigint      NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    leased_until    timestamptz,
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at        timestamptz,
    tenant          int         NOT NULL,
    tries           smallint    NOT NULL DEFAULT 0,
    sent            smallint    NOT NULL DEFAULT 1,
    state           text        NOT NULL DEFAULT 'due'
                    CHECK (state IN ('due', 'done', 'failed', 'discarded')),
    queue           text        NOT NULL,
    reaction        text        NOT NULL,
    note            text        NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, position, reaction)
) WITH (fillfactor = 70);

CREATE INDEX reaction_task_due ON reaction_task (next_attempt_at) WHERE state = 'due';
CREATE INDEX reaction_task_failed ON reaction_task (tenant, position) WHERE state = 'failed';
CREATE INDEX reaction_task_ended ON reaction_task (ended_at) WHERE state IN ('done', 'discarded');

-- The functions below look tasks up one by one, and say `due` through a variable: a plan that was
-- made while the table was empty, and kept, would otherwise read every open task each time.

-- Begin a try of each of these tasks that is open and that nobody has in hand.
CREATE FUNCTION reaction_take(
    p_tenant int, p_positions bigint[], p_reactions text[], p_lease interval
) RETURNS TABLE (taken_position bigint, taken_reaction text, taken_tries smallint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    due text := 'due';
BEGIN
    FOR i IN 1 .. cardinality(p_positions) LOOP
        UPDATE reaction_task t
        SET tries = t.tries + 1, leased_until = clock_timestamp() + p_lease
        WHERE t.tenant = p_tenant AND t.position = p_positions[i] AND t.reaction = p_reactions[i]
          AND t.state = due AND (t.leased_until IS NULL OR t.leased_until < clock_timestamp())
        RETURNING t.position, t.reaction, t.tries
        INTO taken_position, taken_reaction, taken_tries;
        IF FOUND THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

-- These took effect, or are no longer wanted.
CREATE FUNCTION reaction_done(
    p_tenant int, p_positions bigint[], p_reactions text[], p_notes text[]
) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    due text := 'due';
BEGIN
    FOR i IN 1 .. cardinality(p_positions) LOOP
        UPDATE reaction_task t
        SET state = 'done', ended_at = clock_timestamp(), leased_until = NULL, note = p_notes[i]
        WHERE t.tenant = p_tenant AND t.position = p_positions[i] AND t.reaction = p_reactions[i]
          AND t.state = due;
    END LOOP;
END $$;

-- Open tasks whose time has come and that nobody has in hand. Each comes up again after p_again,
-- twice that the next time and so on up to p_longest.
CREATE FUNCTION reaction_overdue(
    p_tenant int, p_limit int, p_again interval, p_longest interval
) RETURNS TABLE (due_position bigint, due_reaction text, due_queue text)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    again interval;
BEGIN
    FOR due_position, due_reaction, due_queue, again IN
        SELECT t.position, t.reaction, t.queue,
               least(p_again * power(2, least(t.sent, 20) - 1), p_longest)
        FROM reaction_task t
        WHERE t.state = 'due' AND t.next_attempt_at <= now() AND t.tenant + 0 = p_tenant
          AND (t.leased_until IS NULL OR t.leased_until < now())
        ORDER BY t.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE reaction_task t
        SET sent = least(t.sent + 1, 1000), next_attempt_at = clock_timestamp() + again
        WHERE t.tenant = p_tenant AND t.position = due_position AND t.reaction = due_reaction;
        RETURN NEXT;
    END LOOP;
END $$;

-- The book of the simulated bank: as a bank would, it pays once for an instruction.
CREATE TABLE bank_transfer (
    first_asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_asked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    amount_minor   bigint      NOT NULL,
    tenant         int         NOT NULL,
    asked          int         NOT NULL DEFAULT 1,
    settled        boolean     NOT NULL,
    instruction_id text        NOT NULL,
    account        text        NOT NULL,
    currency       text        NOT NULL,
    reference      text        NOT NULL,
    reason         text        NOT NULL,
    PRIMARY KEY (tenant, instruction_id)
);

-- How the simulated bank shall behave; without a row it answers at once and loses nothing.
CREATE TABLE bank_manner (
    tenant           int      PRIMARY KEY,
    slow             interval NOT NULL DEFAULT '0',
    lost_answers     int      NOT NULL DEFAULT 0,
    refused_accounts text[]   NOT NULL DEFAULT '{}'
);
