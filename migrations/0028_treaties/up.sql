SET LOCAL lock_timeout = '5s';

-- treaties: Which treaties cede our business, on which terms, and since when do we know them?
CREATE TABLE treaties (
    treaty_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    stage text NOT NULL,
    currency text NOT NULL,
    priority bigint NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    umr text NOT NULL,
    reports text NOT NULL,
    report_days bigint NOT NULL,
    treaty_version bigint NOT NULL,
    signed_on date,
    cancelled_from date,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(name, '') || ' ' || COALESCE(umr, ''))) STORED,
    PRIMARY KEY (tenant, treaty_id)
) WITH (fillfactor = 80);
CREATE INDEX treaties_code ON treaties (tenant, code);
CREATE INDEX treaties_from_on ON treaties (tenant, from_on);
CREATE INDEX treaties_search ON treaties USING gin (search_text gin_trgm_ops);
CREATE TABLE treaty_versions (
    treaty_id uuid NOT NULL,
    treaty_version bigint NOT NULL,
    effective_from date,
    terms jsonb NOT NULL,
    administration jsonb NOT NULL,
    binding boolean NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, treaty_id, treaty_version)
) WITH (fillfactor = 80);
CREATE TABLE treaty_portfolios (
    treaty_id uuid NOT NULL,
    event bigint NOT NULL,
    portfolio text NOT NULL,
    other text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    transferred_on date NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, treaty_id, event)
);

-- cessions: What was ceded to which treaty, of which claim or premium, and since when?
CREATE TABLE cessions_struck (
    claim_id uuid NOT NULL,
    event bigint NOT NULL,
    claim_version bigint NOT NULL,
    loss_on date NOT NULL,
    member_id uuid NOT NULL,
    currency text NOT NULL,
    effective_on date NOT NULL,
    paid_minor bigint NOT NULL,
    incurred_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, claim_id, event)
);
CREATE TABLE cessions (
    event bigint NOT NULL,
    line bigint NOT NULL,
    stream_id uuid NOT NULL,
    what text NOT NULL,
    treaty_id uuid NOT NULL,
    treaty_version bigint NOT NULL,
    section text NOT NULL,
    priority bigint NOT NULL,
    currency text NOT NULL,
    effective_on date NOT NULL,
    claim_id uuid,
    policy_id uuid,
    policy_version bigint NOT NULL,
    cession text NOT NULL,
    paid_minor bigint NOT NULL,
    incurred_minor bigint NOT NULL,
    base_paid_minor bigint NOT NULL,
    base_incurred_minor bigint NOT NULL,
    premium_minor bigint NOT NULL,
    commission_minor bigint NOT NULL,
    because text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event, line)
);
CREATE INDEX cessions_treaty_id_what_effective_on ON cessions (tenant, treaty_id, what, effective_on);
CREATE INDEX cessions_claim_id ON cessions (tenant, claim_id) WHERE claim_id IS NOT NULL;

-- reports: Which reports were drafted, issued and answered, and what is open on the account?
CREATE TABLE treaty_reports (
    report_id uuid NOT NULL,
    report_version bigint NOT NULL,
    treaty_id uuid NOT NULL,
    treaty text NOT NULL,
    kind text NOT NULL,
    period text NOT NULL,
    stage text NOT NULL,
    cut_off bigint NOT NULL,
    follows bigint NOT NULL,
    known_at timestamptz NOT NULL,
    rows bigint NOT NULL,
    totals jsonb NOT NULL,
    csv_sha256 text NOT NULL,
    drafted_by text NOT NULL,
    checked_by text NOT NULL,
    approved_by text NOT NULL,
    issued_on date,
    manifest_sha256 text NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, report_id, report_version)
) WITH (fillfactor = 80);
CREATE INDEX treaty_reports_treaty_id_kind_period ON treaty_reports (tenant, treaty_id, kind, period);
CREATE TABLE treaty_account_entries (
    account_id uuid NOT NULL,
    event bigint NOT NULL,
    what text NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    happened_on date NOT NULL,
    lines jsonb NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, account_id, event)
);

INSERT INTO read_model (name, version) VALUES ('treaties', 1), ('cessions', 1), ('reports', 1);
INSERT INTO es_checkpoint (name) VALUES ('treaties'), ('cessions'), ('reports');
