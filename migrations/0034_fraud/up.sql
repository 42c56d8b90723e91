SET LOCAL lock_timeout = '5s';

-- claim_facts: What was known of other claims and of usual prices at a log position?
-- Version 2 holds everything that fraud scores read of a claim. A ledger without claims takes the
-- new tables at once; in any other the projector fills them beside the ones in use and swaps them.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'claim_facts' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS claim_facts, claim_prices;
    CREATE TABLE claim_facts (
        claim_id uuid NOT NULL,
        number text NOT NULL,
        member_id uuid NOT NULL,
        provider_id uuid NOT NULL,
        policy_id uuid,
        service_from date NOT NULL,
        submitted_on date NOT NULL,
        currency text NOT NULL,
        billed_minor bigint NOT NULL,
        codes text[] NOT NULL,
        lines text[] NOT NULL,
        diagnosis text NOT NULL,
        family uuid NOT NULL,
        phone text NOT NULL,
        account text NOT NULL,
        home text NOT NULL,
        place text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id)
    );
    CREATE INDEX claim_facts_member_id_service_from ON claim_facts (tenant, member_id, service_from);
    CREATE INDEX claim_facts_provider_id_position ON claim_facts (tenant, provider_id, position);
    CREATE INDEX claim_facts_diagnosis_position ON claim_facts (tenant, diagnosis, position);
    CREATE INDEX claim_facts_phone_position ON claim_facts (tenant, phone, position) WHERE phone <> '';
    CREATE INDEX claim_facts_position ON claim_facts (tenant, position);
    CREATE TABLE claim_prices (
        claim_id uuid NOT NULL,
        line bigint NOT NULL,
        code text NOT NULL,
        currency text NOT NULL,
        unit_minor numeric NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, claim_id, line)
    );
    CREATE INDEX claim_prices_code_position_line ON claim_prices (tenant, code, position, line);
    CREATE TABLE claim_claimants (
        member_id uuid NOT NULL,
        family uuid NOT NULL,
        phone text NOT NULL,
        home text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, member_id)
    ) WITH (fillfactor = 80);
    CREATE TABLE claim_payees (
        provider_id uuid NOT NULL,
        account text NOT NULL,
        place text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant, provider_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX claim_payees_account ON claim_payees (tenant, account);
    UPDATE read_model SET version = 2 WHERE name = 'claim_facts';
END $$;

-- fraud_cases: Which claims are suspected, who looks into them, and what was found and saved?
CREATE TABLE fraud_cases (
    claim_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    member_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    currency text NOT NULL,
    billed_minor bigint NOT NULL,
    score numeric NOT NULL,
    model text NOT NULL,
    kind text NOT NULL,
    reasons text[] NOT NULL,
    words text[] NOT NULL,
    suspended boolean NOT NULL,
    raised_by text NOT NULL,
    alerted_on date NOT NULL,
    investigator text NOT NULL,
    due_on date,
    evidence bigint NOT NULL,
    linked text[] NOT NULL,
    found text[] NOT NULL,
    decided_by text NOT NULL,
    decided_on date,
    rejected bigint NOT NULL,
    to_recover bigint NOT NULL,
    saved_minor bigint NOT NULL,
    flagged text[] NOT NULL,
    reported_to text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
    PRIMARY KEY (tenant, claim_id)
) WITH (fillfactor = 80);
CREATE INDEX fraud_cases_stage_alerted_on ON fraud_cases (tenant, stage, alerted_on);
CREATE INDEX fraud_cases_provider_id ON fraud_cases (tenant, provider_id);
CREATE INDEX fraud_cases_member_id ON fraud_cases (tenant, member_id);
CREATE INDEX fraud_cases_search ON fraud_cases USING gin (search_text gin_trgm_ops);
CREATE TABLE fraud_evidence (
    claim_id uuid NOT NULL,
    evidence bigint NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    reference text NOT NULL,
    added_by text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, claim_id, evidence)
);
CREATE TABLE fraud_flags (
    subject_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    subject text NOT NULL,
    words text NOT NULL,
    flagged_by text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, subject_id, claim_id)
);

INSERT INTO read_model (name, version) VALUES ('fraud_cases', 1);
INSERT INTO es_checkpoint (name) VALUES ('fraud_cases');
