SET LOCAL lock_timeout = '5s';

-- disputes: Which decisions on claims are disputed, and what came of it?
CREATE TABLE disputes (
    dispute_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    claim_id uuid NOT NULL,
    claim_number text NOT NULL,
    member_id uuid NOT NULL,
    lines text[] NOT NULL,
    grounds text NOT NULL,
    currency text NOT NULL,
    opened_by text NOT NULL,
    opened_on date NOT NULL,
    claimed_minor bigint,
    outcome text NOT NULL,
    why text NOT NULL,
    decided_by text NOT NULL,
    decided_on date,
    appealed boolean NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(claim_number, ''))) STORED,
    PRIMARY KEY (tenant, dispute_id)
) WITH (fillfactor = 80);
CREATE INDEX disputes_number ON disputes (tenant, number);
CREATE INDEX disputes_claim_id ON disputes (tenant, claim_id);
CREATE INDEX disputes_member_id_created_at ON disputes (tenant, member_id, created_at);
CREATE INDEX disputes_stage_created_at ON disputes (tenant, stage, created_at);
CREATE INDEX disputes_created_at_dispute_id ON disputes (tenant, created_at, dispute_id);
CREATE INDEX disputes_search ON disputes USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES ('disputes', 1);
INSERT INTO es_checkpoint (name) VALUES ('disputes');
