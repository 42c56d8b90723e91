SET LOCAL lock_timeout = '5s';

-- documents: Which documents belong to a claim, and are they verified?
CREATE TABLE documents (
    document_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    claim_number text NOT NULL,
    member_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    kind text NOT NULL,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    received_sha256 text NOT NULL,
    document_version bigint NOT NULL,
    stage text NOT NULL,
    added_by text NOT NULL,
    added_on date NOT NULL,
    checked_by text NOT NULL,
    checked_on date,
    reasons text[] NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(claim_number, ''))) STORED,
    PRIMARY KEY (tenant, document_id)
) WITH (fillfactor = 80);
CREATE INDEX documents_claim_id ON documents (tenant, claim_id);
CREATE INDEX documents_stage_created_at ON documents (tenant, stage, created_at);
CREATE INDEX documents_sha256 ON documents (tenant, sha256);
CREATE INDEX documents_created_at_document_id ON documents (tenant, created_at, document_id);
CREATE INDEX documents_search ON documents USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES
    ('documents', 1);
INSERT INTO es_checkpoint (name) VALUES ('documents');

-- Contents of documents, found by their SHA-256. What belongs where, and since when, is in the log.
CREATE TABLE document_content (
    tenant  int         NOT NULL,
    digest  bytea       NOT NULL CHECK (length(digest) = 32),
    content bytea       NOT NULL CHECK (sha256(content) = digest),
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, digest)
);
