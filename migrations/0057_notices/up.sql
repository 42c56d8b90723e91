SET LOCAL lock_timeout = '5s';

-- notices: What was each member told, and which words are kept for it?
CREATE TABLE notices (
    notice_id uuid NOT NULL,
    kind text NOT NULL,
    stage text NOT NULL,
    member_id uuid NOT NULL,
    about uuid NOT NULL,
    number text NOT NULL,
    subject text NOT NULL,
    words text NOT NULL,
    channel text NOT NULL,
    sent_to text NOT NULL,
    reason text NOT NULL,
    requested_by text NOT NULL,
    told_at timestamptz,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, ''))) STORED,
    PRIMARY KEY (tenant, notice_id)
) WITH (fillfactor = 80);
CREATE INDEX notices_member_id_created_at ON notices (tenant, member_id, created_at);
CREATE INDEX notices_stage_created_at ON notices (tenant, stage, created_at);
CREATE INDEX notices_created_at_notice_id ON notices (tenant, created_at, notice_id);
CREATE INDEX notices_search ON notices USING gin (search_text gin_trgm_ops);
CREATE TABLE notice_templates (
    template_id uuid NOT NULL,
    code text NOT NULL,
    template_version bigint NOT NULL,
    subject text NOT NULL,
    words text NOT NULL,
    published_by text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(code, ''))) STORED,
    PRIMARY KEY (tenant, template_id)
) WITH (fillfactor = 80);
CREATE INDEX notice_templates_search ON notice_templates USING gin (search_text gin_trgm_ops);

INSERT INTO read_model (name, version) VALUES
    ('notices', 1);
INSERT INTO es_checkpoint (name) VALUES
    ('notices');
