SET LOCAL lock_timeout = '5s';

-- codes: Which codes may claims be written in, and what do they mean?
CREATE TABLE codes (
    code_id uuid NOT NULL,
    system text NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    status text NOT NULL,
    since date NOT NULL,
    replaced_by text NOT NULL,
    kind text NOT NULL,
    category text NOT NULL,
    base_price numeric,
    bundle_price numeric,
    care_type text NOT NULL,
    frequency_days bigint NOT NULL,
    who text[] NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(description, ''))) STORED,
    PRIMARY KEY (tenant, code_id)
) WITH (fillfactor = 80);
CREATE INDEX codes_system_code ON codes (tenant, system, code);
CREATE INDEX codes_created_at_code_id ON codes (tenant, created_at, code_id);
CREATE INDEX codes_search ON codes USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES
    ('codes', 1);
INSERT INTO es_checkpoint (name) VALUES ('codes');
