SET LOCAL lock_timeout = '5s';

-- preauthorisations: Which services were asked for beforehand, and what was answered?
CREATE TABLE preauthorisations (
    preauthorisation_id uuid NOT NULL,
    number text NOT NULL,
    stage text NOT NULL,
    member_id uuid NOT NULL,
    policy_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    kind text NOT NULL,
    visit_type text NOT NULL,
    service_from date NOT NULL,
    service_until date NOT NULL,
    diagnoses text[] NOT NULL,
    item_count bigint NOT NULL,
    currency text NOT NULL,
    estimated_minor bigint NOT NULL,
    requested_by text NOT NULL,
    requested_on date NOT NULL,
    approved_minor bigint,
    valid_until date,
    decided_by text NOT NULL,
    decided_on date,
    wanted text[] NOT NULL,
    reasons text[] NOT NULL,
    reason text NOT NULL,
    claim_id uuid,
    claim_number text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
    PRIMARY KEY (tenant, preauthorisation_id)
) WITH (fillfactor = 80);
CREATE INDEX preauthorisations_number ON preauthorisations (tenant, number);
CREATE INDEX preauthorisations_stage_service_from ON preauthorisations (tenant, stage, service_from);
CREATE INDEX preauthorisations_member_id_created_at ON preauthorisations (tenant, member_id, created_at);
CREATE INDEX preauthorisations_provider_id_created_at ON preauthorisations (tenant, provider_id, created_at);
CREATE INDEX preauthorisations_valid_until ON preauthorisations (tenant, valid_until) WHERE stage = 'approved';
CREATE INDEX preauthorisations_created_at_preauthorisation_id ON preauthorisations (tenant, created_at, preauthorisation_id);
CREATE INDEX preauthorisations_search ON preauthorisations USING gin (search_text gin_trgm_ops);
CREATE TABLE preauthorisation_items (
    preauthorisation_id uuid NOT NULL,
    sequence bigint NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    quantity numeric NOT NULL,
    currency text NOT NULL,
    estimated_minor bigint NOT NULL,
    cancelled boolean NOT NULL,
    change text NOT NULL,
    approved_minor bigint,
    reasons text[] NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, preauthorisation_id, sequence)
) WITH (fillfactor = 80);

-- reservations: What of the benefit is kept for approved services?
CREATE TABLE reservations (
    accumulator_id uuid NOT NULL,
    preauthorisation_id uuid NOT NULL,
    who text NOT NULL,
    year text NOT NULL,
    what text NOT NULL,
    preauthorisation_number text NOT NULL,
    amount_minor bigint NOT NULL,
    count bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, accumulator_id, preauthorisation_id, who, year, what)
) WITH (fillfactor = 80);
CREATE INDEX reservations_who_year ON reservations (tenant, who, year);
CREATE INDEX reservations_preauthorisation_id ON reservations (tenant, preauthorisation_id);

INSERT INTO read_model (name, version) VALUES
    ('preauthorisations', 1),
    ('reservations', 1);
INSERT INTO es_checkpoint (name) VALUES ('preauthorisations'), ('reservations');
