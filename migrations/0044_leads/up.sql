SET LOCAL lock_timeout = '5s';

-- leads: Who may become a member, who looks after them, and how far are they?
CREATE TABLE leads (
    lead_id uuid NOT NULL,
    number text NOT NULL,
    full_name text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL,
    phone_key text NOT NULL,
    email_key text NOT NULL,
    source text NOT NULL,
    interest text NOT NULL,
    value_minor bigint NOT NULL,
    stage text NOT NULL,
    captured_by text NOT NULL,
    captured_on date NOT NULL,
    agent text NOT NULL,
    activities bigint NOT NULL,
    due_on date,
    moved_on date,
    member_id uuid,
    removed boolean NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(full_name, '') || ' ' || COALESCE(phone, '') || ' ' || COALESCE(email, ''))) STORED,
    PRIMARY KEY (tenant, lead_id)
) WITH (fillfactor = 80);
CREATE INDEX leads_number ON leads (tenant, number);
CREATE INDEX leads_agent_stage ON leads (tenant, agent, stage);
CREATE INDEX leads_stage_created_at ON leads (tenant, stage, created_at);
CREATE INDEX leads_created_at_lead_id ON leads (tenant, created_at, lead_id);
CREATE INDEX leads_phone_key ON leads (tenant, phone_key) WHERE phone_key <> '';
CREATE INDEX leads_email_key ON leads (tenant, email_key) WHERE email_key <> '';
CREATE INDEX leads_search ON leads USING gin (search_text gin_trgm_ops);
CREATE TABLE lead_activities (
    lead_id uuid NOT NULL,
    activity_no bigint NOT NULL,
    activity text NOT NULL,
    note text NOT NULL,
    recorded_by text NOT NULL,
    recorded_on date NOT NULL,
    due_on date,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, lead_id, activity_no)
) WITH (fillfactor = 80);

INSERT INTO read_model (name, version) VALUES
    ('leads', 1);
INSERT INTO es_checkpoint (name) VALUES
    ('leads');
