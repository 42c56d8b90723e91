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
