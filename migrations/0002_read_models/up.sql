SET LOCAL lock_timeout = '5s';

-- The read side: tables that are filled from the log and can be dropped and filled again at any
-- time. They are stated as the projections declare them; when a projection changes later, its
-- tables are made anew from the declaration, filled beside these and put in their place.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Tables that are being filled anew, until they take their place.
CREATE SCHEMA beside;

-- Tables that a verification fills from nothing, to compare; they go when it ends.
CREATE SCHEMA proof;

-- The version in which the tables of each projection are filled.
CREATE TABLE read_model (
    name      text        PRIMARY KEY,
    version   int         NOT NULL,
    filled_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- members: Who are our members, how are they reached, and whose dependants are they?
CREATE TABLE members (
    member_id uuid NOT NULL,
    number text NOT NULL,
    full_name text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    born_on date NOT NULL,
    sex text NOT NULL,
    national_id text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL,
    region text NOT NULL,
    district text NOT NULL,
    ward text NOT NULL,
    language text NOT NULL,
    relationship text NOT NULL,
    principal_id uuid,
    enrolled_on date NOT NULL,
    origin text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(full_name, '') || ' ' || COALESCE(national_id, '') || ' ' || COALESCE(phone, '') || ' ' || COALESCE(email, ''))) STORED,
    PRIMARY KEY (tenant, member_id)
) WITH (fillfactor = 80);
CREATE INDEX members_number ON members (tenant, number);
CREATE INDEX members_created_at_member_id ON members (tenant, created_at, member_id);
CREATE INDEX members_full_name ON members (tenant, full_name);
CREATE INDEX members_principal_id ON members (tenant, principal_id) WHERE principal_id IS NOT NULL;
CREATE INDEX members_search ON members USING gin (search_text gin_trgm_ops);

-- providers: Which providers are there, are they in network, and what do they charge?
CREATE TABLE providers (
    provider_id uuid NOT NULL,
    number text NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    region text NOT NULL,
    payee_account text NOT NULL,
    registered_on date NOT NULL,
    origin text NOT NULL,
    status text NOT NULL,
    reason text NOT NULL,
    contract_no text NOT NULL,
    contract_from date,
    contract_until date,
    tariff_no bigint,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(name, ''))) STORED,
    PRIMARY KEY (tenant, provider_id)
) WITH (fillfactor = 80);
CREATE INDEX providers_number ON providers (tenant, number);
CREATE INDEX providers_name ON providers (tenant, name);
CREATE INDEX providers_created_at_provider_id ON providers (tenant, created_at, provider_id);
CREATE INDEX providers_search ON providers USING gin (search_text gin_trgm_ops);
CREATE TABLE provider_contracts (
    provider_id uuid NOT NULL,
    contract bigint NOT NULL,
    contract_no text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, provider_id, contract)
);
CREATE TABLE provider_tariffs (
    provider_id uuid NOT NULL,
    tariff_no bigint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    price_count bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, provider_id, tariff_no)
);
CREATE TABLE tariff_prices (
    provider_id uuid NOT NULL,
    tariff_no bigint NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    currency text NOT NULL,
    unit_price_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, provider_id, tariff_no, code)
);

-- products: Which products are sold, on which terms and since when?
CREATE TABLE products (
    product_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    terms_version bigint NOT NULL,
    effective_from date NOT NULL,
    status text NOT NULL,
    withdrawn_from date,
    reason text NOT NULL,
    origin text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(name, ''))) STORED,
    PRIMARY KEY (tenant, product_id)
) WITH (fillfactor = 80);
CREATE INDEX products_code ON products (tenant, code);
CREATE INDEX products_created_at_product_id ON products (tenant, created_at, product_id);
CREATE INDEX products_search ON products USING gin (search_text gin_trgm_ops);
CREATE TABLE product_terms (
    product_id uuid NOT NULL,
    terms_version bigint NOT NULL,
    effective_from date NOT NULL,
    currency text NOT NULL,
    terms jsonb NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, product_id, terms_version)
);

-- policies: Which policies are there, whom do they cover when, and what is paid and due?
CREATE TABLE policies (
    policy_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    product_id uuid NOT NULL,
    holder_id uuid NOT NULL,
    from_on date NOT NULL,
    until_on date,
    currency text NOT NULL,
    premium_minor bigint NOT NULL,
    charged_minor bigint NOT NULL,
    received_minor bigint NOT NULL,
    grace_days bigint NOT NULL,
    renewal boolean NOT NULL,
    covered_count bigint NOT NULL,
    origin text NOT NULL,
    paused_on date,
    terminated_on date,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
    PRIMARY KEY (tenant, policy_id)
) WITH (fillfactor = 80);
CREATE INDEX policies_number ON policies (tenant, number);
CREATE INDEX policies_holder_id ON policies (tenant, holder_id);
CREATE INDEX policies_product_id ON policies (tenant, product_id);
CREATE INDEX policies_stage_until_on ON policies (tenant, stage, until_on);
CREATE INDEX policies_created_at_policy_id ON policies (tenant, created_at, policy_id);
CREATE INDEX policies_search ON policies USING gin (search_text gin_trgm_ops);
CREATE TABLE policy_periods (
    policy_id uuid NOT NULL,
    from_on date NOT NULL,
    until_on date,
    currency text NOT NULL,
    premium_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, policy_id, from_on)
);
CREATE TABLE policy_members (
    policy_id uuid NOT NULL,
    member_id uuid NOT NULL,
    cover bigint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, policy_id, member_id, cover)
) WITH (fillfactor = 80);
CREATE INDEX policy_members_member_id_from_on ON policy_members (tenant, member_id, from_on);
CREATE TABLE policy_instalments (
    policy_id uuid NOT NULL,
    entry bigint NOT NULL,
    line bigint NOT NULL,
    due_on date NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, policy_id, entry, line)
);
CREATE INDEX policy_instalments_due_on ON policy_instalments (tenant, due_on);
CREATE TABLE policy_receipts (
    policy_id uuid NOT NULL,
    entry bigint NOT NULL,
    received_on date NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    reference text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, policy_id, entry)
);
CREATE INDEX policy_receipts_received_on ON policy_receipts (tenant, received_on);
CREATE TABLE policy_pauses (
    policy_id uuid NOT NULL,
    pause bigint NOT NULL,
    why text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, policy_id, pause)
) WITH (fillfactor = 80);

-- claims: Which claims are there, how far are they, and who bears what of them?
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
CREATE INDEX claims_search ON claims USING gin (search_text gin_trgm_ops);
CREATE TABLE claim_lines (
    claim_id uuid NOT NULL,
    line bigint NOT NULL,
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
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, claim_id, line)
) WITH (fillfactor = 80);
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

-- claim_inbox: Which claims wait for whom, since when, and for how much?
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
CREATE INDEX claim_inbox_search ON claim_inbox USING gin (search_text gin_trgm_ops);

-- claim_facts: What was known of a member's claims and of usual prices at a log position?
CREATE TABLE claim_facts (
    claim_id uuid NOT NULL,
    member_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    policy_id uuid,
    service_from date NOT NULL,
    submitted_on date NOT NULL,
    currency text NOT NULL,
    billed_minor bigint NOT NULL,
    codes text[] NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, claim_id)
);
CREATE INDEX claim_facts_member_id_service_from ON claim_facts (tenant, member_id, service_from);
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
CREATE INDEX claim_prices_code_position ON claim_prices (tenant, code, position);

-- accumulator_balances: How much of each limit has a member or family used, and by which claims?
CREATE TABLE accumulator_balances (
    accumulator_id uuid NOT NULL,
    who text NOT NULL,
    year text NOT NULL,
    what text NOT NULL,
    amount_minor bigint NOT NULL,
    count bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, accumulator_id, who, year, what)
) WITH (fillfactor = 80);
CREATE INDEX accumulator_balances_who_year ON accumulator_balances (tenant, who, year);
CREATE TABLE accumulator_entries (
    accumulator_id uuid NOT NULL,
    entry bigint NOT NULL,
    line bigint NOT NULL,
    claim_id uuid NOT NULL,
    claim_number text NOT NULL,
    who text NOT NULL,
    year text NOT NULL,
    what text NOT NULL,
    amount_minor bigint NOT NULL,
    count bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, accumulator_id, entry, line)
);
CREATE INDEX accumulator_entries_claim_id ON accumulator_entries (tenant, claim_id);
CREATE TABLE accumulator_uses (
    accumulator_id uuid NOT NULL,
    entry bigint NOT NULL,
    line bigint NOT NULL,
    claim_id uuid NOT NULL,
    claim_number text NOT NULL,
    who text NOT NULL,
    code text NOT NULL,
    used_on date NOT NULL,
    quantity numeric NOT NULL,
    site text NOT NULL,
    times bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, accumulator_id, entry, line)
);
CREATE INDEX accumulator_uses_who_code_used_on ON accumulator_uses (tenant, who, code, used_on);

-- payments: Which payments were made, to whom, and which of them failed?
CREATE TABLE payments (
    payment_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    claim_id uuid NOT NULL,
    claim_number text NOT NULL,
    payee_kind text NOT NULL,
    payee_id uuid NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    scheduled_on date NOT NULL,
    queue text NOT NULL,
    instruction_id text NOT NULL,
    bank_reference text NOT NULL,
    paid_on date,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(claim_number, '') || ' ' || COALESCE(bank_reference, ''))) STORED,
    PRIMARY KEY (tenant, payment_id)
) WITH (fillfactor = 80);
CREATE INDEX payments_number ON payments (tenant, number);
CREATE INDEX payments_claim_id ON payments (tenant, claim_id);
CREATE INDEX payments_payee_id_created_at ON payments (tenant, payee_id, created_at);
CREATE INDEX payments_stage_created_at ON payments (tenant, stage, created_at);
CREATE INDEX payments_created_at_payment_id ON payments (tenant, created_at, payment_id);
CREATE INDEX payments_search ON payments USING gin (search_text gin_trgm_ops);

-- underwriting_cases: Which applications wait for whom, and how were the others decided?
CREATE TABLE underwriting_cases (
    case_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    applicant_id uuid NOT NULL,
    currency text NOT NULL,
    sum_assured_minor bigint NOT NULL,
    base_premium_minor bigint NOT NULL,
    age bigint NOT NULL,
    smoker boolean NOT NULL,
    bmi_tenths bigint NOT NULL,
    conditions text[] NOT NULL,
    occupation text NOT NULL,
    opened_on date NOT NULL,
    queue text NOT NULL,
    score bigint,
    category text NOT NULL,
    factors text[] NOT NULL,
    recommended_loading_bps bigint,
    premium_minor bigint,
    loading_bps bigint,
    exclusions text[] NOT NULL,
    reasons text[] NOT NULL,
    referred_because text NOT NULL,
    decided_by text NOT NULL,
    decided_on date,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
    PRIMARY KEY (tenant, case_id)
) WITH (fillfactor = 80);
CREATE INDEX underwriting_cases_number ON underwriting_cases (tenant, number);
CREATE INDEX underwriting_cases_applicant_id ON underwriting_cases (tenant, applicant_id);
CREATE INDEX underwriting_cases_queue_created_at ON underwriting_cases (tenant, queue, created_at);
CREATE INDEX underwriting_cases_created_at_case_id ON underwriting_cases (tenant, created_at, case_id);
CREATE INDEX underwriting_cases_search ON underwriting_cases USING gin (search_text gin_trgm_ops);

-- provider_statement: What did a provider bill in a month, and what was allowed, denied and paid?
CREATE TABLE statement_claims (
    claim_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    payee text NOT NULL,
    currency text NOT NULL,
    billed_minor bigint NOT NULL,
    allowed_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, claim_id)
) WITH (fillfactor = 80);
CREATE TABLE provider_statement (
    provider_id uuid NOT NULL,
    month date NOT NULL,
    currency text NOT NULL,
    claim_count bigint NOT NULL,
    billed_minor bigint NOT NULL,
    allowed_minor bigint NOT NULL,
    approved_minor bigint NOT NULL,
    denied_count bigint NOT NULL,
    denied_minor bigint NOT NULL,
    paid_count bigint NOT NULL,
    paid_minor bigint NOT NULL,
    paid_to_members_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, provider_id, month, currency)
) WITH (fillfactor = 80);
CREATE INDEX provider_statement_month ON provider_statement (tenant, month);

-- movements: Which money moved, for whom, on which day, and when did we learn of it?
CREATE TABLE claim_reserves (
    claim_id uuid NOT NULL,
    member_id uuid NOT NULL,
    policy_id uuid,
    provider_id uuid NOT NULL,
    service_from date NOT NULL,
    currency text NOT NULL,
    reserve_minor bigint NOT NULL,
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
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event, line)
);
CREATE INDEX movements_kind_effective_on ON movements (tenant, kind, effective_on);
CREATE INDEX movements_claim_id ON movements (tenant, claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX movements_policy_id ON movements (tenant, policy_id) WHERE policy_id IS NOT NULL;

-- audit_trail: Who recorded what, when, why, and what followed from it?
CREATE TABLE audit_trail (
    event bigint NOT NULL,
    stream_id uuid NOT NULL,
    name text NOT NULL,
    actor text NOT NULL,
    effective_on date NOT NULL,
    command_id uuid NOT NULL,
    correlation_id uuid NOT NULL,
    caused_by bigint,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, event)
);
CREATE INDEX audit_trail_correlation_id ON audit_trail (tenant, correlation_id);
CREATE INDEX audit_trail_caused_by ON audit_trail (tenant, caused_by) WHERE caused_by IS NOT NULL;
CREATE INDEX audit_trail_actor_event ON audit_trail (tenant, actor, event);

INSERT INTO read_model (name, version) VALUES
    ('members', 1),
    ('providers', 1),
    ('products', 1),
    ('policies', 1),
    ('claims', 1),
    ('claim_inbox', 1),
    ('claim_facts', 1),
    ('accumulator_balances', 1),
    ('payments', 1),
    ('underwriting_cases', 1),
    ('provider_statement', 1),
    ('movements', 1),
    ('audit_trail', 1);

INSERT INTO es_checkpoint (name) SELECT name FROM read_model;
