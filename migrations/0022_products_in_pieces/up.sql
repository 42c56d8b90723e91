SET LOCAL lock_timeout = '5s';

-- benefits: What does each scheme promise, benefit by benefit?
CREATE TABLE benefits (
    product_id uuid NOT NULL,
    key text NOT NULL,
    benefit_id uuid NOT NULL,
    scheme text NOT NULL,
    code text NOT NULL,
    category text NOT NULL,
    status text NOT NULL,
    since date NOT NULL,
    terms_version bigint NOT NULL,
    currency text NOT NULL,
    price_source text NOT NULL,
    copay_minor bigint,
    copay_per text NOT NULL,
    deductible_applies boolean NOT NULL,
    visit_limit bigint,
    age_min bigint,
    age_max bigint,
    waiting_months bigint NOT NULL,
    limits text[] NOT NULL,
    largest_share numeric,
    terms jsonb NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(key, '') || ' ' || COALESCE(scheme, ''))) STORED,
    PRIMARY KEY (tenant, product_id, key)
) WITH (fillfactor = 80);
CREATE INDEX benefits_benefit_id ON benefits (tenant, benefit_id);
CREATE INDEX benefits_search ON benefits USING gin (search_text gin_trgm_ops);

-- premium_rates: What does a policy of each product cost, by age or for a household?
CREATE TABLE premium_rates (
    premium_rate_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    product_id uuid NOT NULL,
    rates_version bigint NOT NULL,
    effective_from date NOT NULL,
    currency text NOT NULL,
    priced text NOT NULL,
    price_count bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(name, ''))) STORED,
    PRIMARY KEY (tenant, premium_rate_id)
) WITH (fillfactor = 80);
CREATE INDEX premium_rates_code ON premium_rates (tenant, code);
CREATE INDEX premium_rates_product_id ON premium_rates (tenant, product_id);
CREATE INDEX premium_rates_search ON premium_rates USING gin (search_text gin_trgm_ops);
CREATE TABLE premium_prices (
    premium_rate_id uuid NOT NULL,
    rates_version bigint NOT NULL,
    line bigint NOT NULL,
    effective_from date NOT NULL,
    what text NOT NULL,
    age_from bigint,
    age_to bigint,
    sex text NOT NULL,
    whom text NOT NULL,
    currency text NOT NULL,
    premium_minor bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, premium_rate_id, rates_version, line)
);

INSERT INTO read_model (name, version) VALUES
    ('benefits', 1),
    ('premium_rates', 1);
INSERT INTO es_checkpoint (name) VALUES ('benefits'), ('premium_rates');

-- providers: Which providers are there, are they in network, and what do they charge?
-- Version 2 gives each price list an id of its own. A ledger whose read model is empty takes the new
-- table at once; in any other the projector fills it beside the one in use and swaps them.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'providers' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS provider_tariffs;
    CREATE TABLE provider_tariffs (
        provider_id uuid NOT NULL,
        tariff_no bigint NOT NULL,
        tariff_id uuid NOT NULL,
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
    CREATE INDEX provider_tariffs_tariff_id ON provider_tariffs (tenant, tariff_id);
    UPDATE read_model SET version = 2 WHERE name = 'providers';
END $$;
