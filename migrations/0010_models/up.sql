SET LOCAL lock_timeout = '5s';

-- Trained fraud models, found by the SHA-256 of their manifest, which names that of the model.
-- Which of them is in charge stands in the log (`fraud_model.promoted`), not here.
CREATE TABLE fraud_model_artefact (
    tenant    int         NOT NULL,
    digest    bytea       NOT NULL CHECK (length(digest) = 32),
    manifest  bytea       NOT NULL CHECK (sha256(manifest) = digest),
    model     bytea       NOT NULL,
    signature bytea       NOT NULL CHECK (length(signature) = 64),
    kept_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, digest)
);

-- A model that was once registered is kept for those who ask later why it judged as it did.
CREATE FUNCTION fraud_model_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'trained models are kept as they are: % refused', TG_OP;
END $$;

CREATE TRIGGER fraud_model_artefact_kept
    BEFORE UPDATE OR DELETE OR TRUNCATE ON fraud_model_artefact
    FOR EACH STATEMENT EXECUTE FUNCTION fraud_model_is_kept();
