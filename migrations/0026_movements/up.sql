SET LOCAL lock_timeout = '5s';

-- movements: Which money moved, for whom, on which day, and when did we learn of it?
-- Version 2 says more of each movement. A ledger whose movements are empty takes the new tables at
-- once; in any other the projector fills them beside the ones in use and swaps them.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'movements' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS movements, claim_milestones, claim_register, claim_reserves;
    CREATE TABLE movement_payments (
        payment_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, payment_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE movement_policies (
        policy_id uuid NOT NULL,
        product_id uuid NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, policy_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE claim_reserves (
        claim_id uuid NOT NULL,
        claim_no bigint NOT NULL,
        member_id uuid NOT NULL,
        policy_id uuid,
        provider_id uuid NOT NULL,
        product_id uuid,
        kind text NOT NULL,
        service_from date NOT NULL,
        currency text NOT NULL,
        reserve_minor bigint NOT NULL,
        paid_minor bigint NOT NULL,
        is_closed boolean NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE claim_register (
        claim_id uuid NOT NULL,
        number text NOT NULL,
        member_id uuid NOT NULL,
        policy_id uuid,
        provider_id uuid NOT NULL,
        kind text NOT NULL,
        visit_type text NOT NULL,
        service_from date NOT NULL,
        service_until date NOT NULL,
        diagnosis_group text NOT NULL,
        advised_on date NOT NULL,
        currency text NOT NULL,
        billed_minor bigint NOT NULL,
        taken_over boolean NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id)
    );
    CREATE TABLE claim_milestones (
        claim_id uuid NOT NULL,
        event bigint NOT NULL,
        what text NOT NULL,
        happened_on date NOT NULL,
        detail text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id, event, what)
    );
    CREATE TABLE movements (
        event bigint NOT NULL,
        line bigint NOT NULL,
        stream_id uuid NOT NULL,
        kind text NOT NULL,
        effective_on date NOT NULL,
        currency text NOT NULL,
        minor bigint NOT NULL,
        member_id uuid,
        policy_id uuid,
        provider_id uuid,
        claim_id uuid,
        treaty_id uuid,
        service_on date,
        claim_no bigint,
        product_id uuid,
        claim_kind text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, event, line)
    );
    CREATE INDEX movements_kind_effective_on ON movements (tenant, kind, effective_on);
    CREATE INDEX movements_created_at ON movements (tenant, created_at);
    CREATE INDEX movements_claim_id ON movements (tenant, claim_id) WHERE claim_id IS NOT NULL;
    CREATE INDEX movements_policy_id ON movements (tenant, policy_id) WHERE policy_id IS NOT NULL;
    UPDATE read_model SET version = 2 WHERE name = 'movements';
END $$;

-- movement_months: Which months of movements are closed, and what was in them?
CREATE TABLE movement_months (
    book_id uuid NOT NULL,
    month date NOT NULL,
    ends_at timestamptz NOT NULL,
    cut_off bigint NOT NULL,
    layout bigint NOT NULL,
    row_count bigint NOT NULL,
    totals jsonb NOT NULL,
    rows_sha256 text NOT NULL,
    file_sha256 text NOT NULL,
    closed_by text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, book_id, month)
);

INSERT INTO read_model (name, version) VALUES ('movement_months', 1);
INSERT INTO es_checkpoint (name) VALUES ('movement_months');
