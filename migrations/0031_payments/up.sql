SET LOCAL lock_timeout = '5s';

-- payments: Which payments were made, to whom, and which of them failed?
-- Version 2 tells what a payment waits for, its batch, what it replaces, and when it came back.
-- A ledger whose read model is empty takes the new table at once; in any other the projector fills
-- it beside the one in use and swaps them.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'payments' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS payments;
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
        waits_for text NOT NULL,
        prepared_by text NOT NULL,
        approved_by text NOT NULL,
        batch text NOT NULL,
        replaces text NOT NULL,
        returned_on date,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(claim_number, '') || ' ' || COALESCE(bank_reference, '') || ' ' || COALESCE(batch, '') || ' ' || COALESCE(replaces, ''))) STORED,
        PRIMARY KEY (tenant, payment_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX payments_number ON payments (tenant, number);
    CREATE INDEX payments_claim_id ON payments (tenant, claim_id);
    CREATE INDEX payments_payee_id_created_at ON payments (tenant, payee_id, created_at);
    CREATE INDEX payments_stage_created_at ON payments (tenant, stage, created_at);
    CREATE INDEX payments_batch ON payments (tenant, batch) WHERE batch <> '';
    CREATE INDEX payments_created_at_payment_id ON payments (tenant, created_at, payment_id);
    CREATE INDEX payments_search ON payments USING gin (search_text gin_trgm_ops);
    UPDATE read_model SET version = 2 WHERE name = 'payments';
END $$;

-- What the simulated bank does beyond answering at once: a share of the transfers (in hundredths) is
-- answered later by webhook, each as often as told; money sent to a closed account comes back.
ALTER TABLE bank_manner ADD COLUMN by_webhook int NOT NULL DEFAULT 0,
    ADD COLUMN webhook_times int NOT NULL DEFAULT 1,
    ADD COLUMN closed_accounts text[] NOT NULL DEFAULT '{}';
ALTER TABLE bank_transfer ADD COLUMN by_webhook boolean NOT NULL DEFAULT false,
    ADD COLUMN returned boolean NOT NULL DEFAULT false,
    ADD COLUMN told int NOT NULL DEFAULT 0;
CREATE INDEX bank_transfer_untold ON bank_transfer (tenant) WHERE told = 0;

-- What others have sent us by webhook: taken, kept for a person, or refused. A signature that was
-- taken once is not taken again.
CREATE TABLE webhook_delivery (
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tenant      int         NOT NULL,
    sender      text        NOT NULL,
    state       text        NOT NULL CHECK (state IN ('taken', 'unresolved', 'refused')),
    delivery    text        NOT NULL,
    signature   text        NOT NULL,
    note        text        NOT NULL,
    body        text        NOT NULL
);
CREATE INDEX webhook_delivery_seen ON webhook_delivery (tenant, sender, signature);
CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant, state, received_at);
