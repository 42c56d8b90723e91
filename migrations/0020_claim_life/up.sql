SET LOCAL lock_timeout = '5s';

-- claims: Which claims are there, how far are they, and who bears what of them?
-- Version 2 tells who looks after a claim, what a reviewer said of each line, what came back, and how
-- often it was decided.
-- A ledger whose read model is empty takes the new tables at once; in any other the projector
-- fills them beside the ones in use and swaps them.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'claims' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS claims, claim_lines, claim_account;
    CREATE TABLE claims (
        claim_id uuid NOT NULL,
        number text NOT NULL,
        stage text NOT NULL,
        member_id uuid NOT NULL,
        policy_id uuid,
        provider_id uuid NOT NULL,
        kind text NOT NULL,
        visit_type text NOT NULL,
        invoice_no text NOT NULL,
        payee text NOT NULL,
        service_from date NOT NULL,
        service_until date NOT NULL,
        diagnoses text[] NOT NULL,
        line_count bigint NOT NULL,
        currency text NOT NULL,
        billed_minor bigint NOT NULL,
        submitted_on date NOT NULL,
        submitted_by text NOT NULL,
        taken_over boolean NOT NULL,
        origin text NOT NULL,
        origin_id text NOT NULL,
        queue text NOT NULL,
        route text NOT NULL,
        allowed_minor bigint,
        write_off_minor bigint,
        balance_bill_minor bigint,
        deductible_minor bigint,
        copay_minor bigint,
        coinsurance_minor bigint,
        over_limit_minor bigint,
        not_covered_minor bigint,
        member_pays_minor bigint,
        plan_pays_minor bigint,
        payable_minor bigint,
        paid_minor bigint NOT NULL,
        transferred_minor bigint NOT NULL,
        balance_minor bigint NOT NULL,
        credit_balance_minor bigint NOT NULL,
        product_id uuid,
        product_version bigint,
        tariff_no bigint,
        score numeric,
        score_model text NOT NULL,
        score_reasons text[] NOT NULL,
        reasons text[] NOT NULL,
        prepared_by text NOT NULL,
        decided_by text NOT NULL,
        adjudicated_on date,
        decided_on date,
        paid_on date,
        closed_on date,
        payment_id uuid,
        practitioner_id uuid,
        assigned_to text NOT NULL,
        review_reason text NOT NULL,
        reviewed_by text NOT NULL,
        recovered_minor bigint NOT NULL,
        times_decided bigint NOT NULL,
        decided_again_because text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(invoice_no, ''))) STORED,
        PRIMARY KEY (tenant, claim_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX claims_number ON claims (tenant, number);
    CREATE INDEX claims_created_at_claim_id ON claims (tenant, created_at, claim_id);
    CREATE INDEX claims_service_from_claim_id ON claims (tenant, service_from, claim_id);
    CREATE INDEX claims_member_id_service_from ON claims (tenant, member_id, service_from);
    CREATE INDEX claims_provider_id_service_from ON claims (tenant, provider_id, service_from);
    CREATE INDEX claims_policy_id ON claims (tenant, policy_id);
    CREATE INDEX claims_stage_created_at ON claims (tenant, stage, created_at);
    CREATE INDEX claims_assigned_to_created_at ON claims (tenant, assigned_to, created_at) WHERE assigned_to <> '';
    CREATE INDEX claims_search ON claims USING gin (search_text gin_trgm_ops);
    CREATE TABLE claim_lines (
        claim_id uuid NOT NULL,
        line bigint NOT NULL,
        line_id uuid NOT NULL,
        code text NOT NULL,
        description text NOT NULL,
        category text NOT NULL,
        quantity numeric NOT NULL,
        currency text NOT NULL,
        billed_minor bigint NOT NULL,
        status text NOT NULL,
        charge_minor bigint,
        allowed_minor bigint,
        write_off_minor bigint,
        balance_bill_minor bigint,
        deductible_minor bigint,
        copay_minor bigint,
        coinsurance_minor bigint,
        over_limit_minor bigint,
        not_covered_minor bigint,
        plan_pays_minor bigint,
        reasons text[] NOT NULL,
        site text NOT NULL,
        quantity_reviewed numeric,
        unit_price_reviewed_minor bigint,
        reviewed_out boolean NOT NULL,
        review_reason text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id, line)
    ) WITH (fillfactor = 80);
    CREATE INDEX claim_lines_line_id ON claim_lines (tenant, line_id);
    CREATE TABLE claim_account (
        claim_id uuid NOT NULL,
        entry bigint NOT NULL,
        kind text NOT NULL,
        line bigint NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        posted_on date NOT NULL,
        source text NOT NULL,
        method text NOT NULL,
        to_party text NOT NULL,
        origin_id text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id, entry)
    );
    UPDATE read_model SET version = 2 WHERE name = 'claims';
END $$;

-- claim_inbox: Which claims wait for whom, since when, and for how much?
-- Version 2 tells who looks after a claim, and keeps what is done with for the day on which it comes
-- back.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'claim_inbox' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS claim_inbox;
    CREATE TABLE claim_inbox (
        claim_id uuid NOT NULL,
        number text NOT NULL,
        queue text NOT NULL,
        stage text NOT NULL,
        since timestamptz NOT NULL,
        member_id uuid NOT NULL,
        policy_id uuid NOT NULL,
        provider_id uuid NOT NULL,
        kind text NOT NULL,
        service_from date NOT NULL,
        submitted_on date NOT NULL,
        submitted_by text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        billed_minor bigint NOT NULL,
        route text NOT NULL,
        score numeric,
        reasons text[] NOT NULL,
        prepared_by text NOT NULL,
        assigned_to text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
        PRIMARY KEY (tenant, claim_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX claim_inbox_queue_since ON claim_inbox (tenant, queue, since);
    CREATE INDEX claim_inbox_queue_amount_minor ON claim_inbox (tenant, queue, amount_minor);
    CREATE INDEX claim_inbox_assigned_to_since ON claim_inbox (tenant, assigned_to, since) WHERE assigned_to <> '';
    CREATE INDEX claim_inbox_search ON claim_inbox USING gin (search_text gin_trgm_ops);
    CREATE TABLE claim_inbox_done (
        claim_id uuid NOT NULL,
        number text NOT NULL,
        queue text NOT NULL,
        stage text NOT NULL,
        since timestamptz NOT NULL,
        member_id uuid NOT NULL,
        policy_id uuid NOT NULL,
        provider_id uuid NOT NULL,
        kind text NOT NULL,
        service_from date NOT NULL,
        submitted_on date NOT NULL,
        submitted_by text NOT NULL,
        currency text NOT NULL,
        amount_minor bigint NOT NULL,
        billed_minor bigint NOT NULL,
        route text NOT NULL,
        score numeric,
        reasons text[] NOT NULL,
        prepared_by text NOT NULL,
        assigned_to text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
        PRIMARY KEY (tenant, claim_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX claim_inbox_done_search ON claim_inbox_done USING gin (search_text gin_trgm_ops);
    UPDATE read_model SET version = 2 WHERE name = 'claim_inbox';
END $$;
