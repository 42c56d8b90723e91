SET LOCAL lock_timeout = '5s';

-- reconciliations: Which bank statements were held against our payments, and what differs still?
CREATE TABLE reconciliations (
    reconciliation_id uuid NOT NULL,
    number text NOT NULL,
    statement text NOT NULL,
    digest text NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    runs bigint NOT NULL,
    lines bigint NOT NULL,
    matched bigint NOT NULL,
    booked bigint NOT NULL,
    still_open bigint NOT NULL,
    reconciled_by text NOT NULL,
    reconciled_on date NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(statement, ''))) STORED,
    PRIMARY KEY (tenant, reconciliation_id)
) WITH (fillfactor = 80);
CREATE INDEX reconciliations_number ON reconciliations (tenant, number);
CREATE INDEX reconciliations_from_on_reconciliation_id ON reconciliations (tenant, from_on, reconciliation_id);
CREATE INDEX reconciliations_search ON reconciliations USING gin (search_text gin_trgm_ops);
CREATE TABLE reconciliation_differences (
    reconciliation_id uuid NOT NULL,
    run bigint NOT NULL,
    entry bigint NOT NULL,
    difference text NOT NULL,
    payment_number text NOT NULL,
    moved_on date NOT NULL,
    says text NOT NULL,
    line bigint,
    currency text NOT NULL,
    bank_minor bigint,
    ours_minor bigint,
    booked boolean NOT NULL,
    why_not text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(payment_number, ''))) STORED,
    PRIMARY KEY (tenant, reconciliation_id, run, entry)
);
CREATE INDEX reconciliation_differences_search ON reconciliation_differences USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES
    ('reconciliations', 1);
INSERT INTO es_checkpoint (name) VALUES
    ('reconciliations');
