SET LOCAL lock_timeout = '5s';

-- member_profiles: Where do members live and work, what do they ask to change, and who is alike?
CREATE TABLE member_profiles (
    member_id uuid NOT NULL,
    number text NOT NULL,
    family_id uuid NOT NULL,
    phone_key text NOT NULL,
    email_key text NOT NULL,
    address text NOT NULL,
    postal_code text NOT NULL,
    employer text NOT NULL,
    occupation text NOT NULL,
    employee_number text NOT NULL,
    photo text NOT NULL,
    photo_type text NOT NULL,
    change_waits boolean NOT NULL,
    change_asked_by text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, member_id)
) WITH (fillfactor = 80);
CREATE INDEX member_profiles_phone_key ON member_profiles (tenant, phone_key) WHERE phone_key <> '';
CREATE INDEX member_profiles_email_key ON member_profiles (tenant, email_key) WHERE email_key <> '';
CREATE INDEX member_profiles_created_at_member_id ON member_profiles (tenant, created_at, member_id) WHERE change_waits;

-- emergency_contacts: Whom do we call when something has happened to a member?
CREATE TABLE emergency_contacts (
    contact_id uuid NOT NULL,
    member_id uuid NOT NULL,
    full_name text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL,
    kinship text NOT NULL,
    priority bigint NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, contact_id)
) WITH (fillfactor = 80);
CREATE INDEX emergency_contacts_member_id_priority ON emergency_contacts (tenant, member_id, priority);

-- beneficiaries: Who receives what is paid when a member dies, and who approved that?
CREATE TABLE beneficiaries (
    beneficiary_id uuid NOT NULL,
    member_id uuid NOT NULL,
    full_name text NOT NULL,
    kinship text NOT NULL,
    born_on date NOT NULL,
    national_id text NOT NULL,
    phone text NOT NULL,
    guardian text NOT NULL,
    share_bps bigint NOT NULL,
    stage text NOT NULL,
    asked_by text NOT NULL,
    asked_on date NOT NULL,
    decided_by text NOT NULL,
    decided_on date,
    reasons text[] NOT NULL,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, beneficiary_id)
) WITH (fillfactor = 80);
CREATE INDEX beneficiaries_member_id ON beneficiaries (tenant, member_id);
CREATE INDEX beneficiaries_stage_created_at ON beneficiaries (tenant, stage, created_at);

-- designations: Which shares do a member's beneficiaries have today, and which are planned?
CREATE TABLE designation_shares (
    designation_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    member_id uuid NOT NULL,
    planned_bps bigint NOT NULL,
    confirmed boolean NOT NULL,
    in_force_bps bigint NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, designation_id, beneficiary_id)
) WITH (fillfactor = 80);
CREATE INDEX designation_shares_member_id ON designation_shares (tenant, member_id);

-- cards: Which cards do members have, which count, and which are to be printed?
CREATE TABLE member_cards (
    card_id uuid NOT NULL,
    number text NOT NULL,
    member_id uuid NOT NULL,
    member_number text NOT NULL,
    medium text NOT NULL,
    stage text NOT NULL,
    issued_on date NOT NULL,
    expires_on date NOT NULL,
    issued_by text NOT NULL,
    replaces uuid,
    printed_on date,
    activated_on date,
    revoked_on date,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(member_number, ''))) STORED,
    PRIMARY KEY (tenant, card_id)
) WITH (fillfactor = 80);
CREATE INDEX member_cards_member_id ON member_cards (tenant, member_id);
CREATE INDEX member_cards_number ON member_cards (tenant, number);
CREATE INDEX member_cards_created_at_card_id ON member_cards (tenant, created_at, card_id) WHERE stage = 'ordered';
CREATE INDEX member_cards_search ON member_cards USING gin (search_text gin_trgm_ops);

-- biometrics: Which biometric records are there, and who was compared with them for what?
CREATE TABLE biometrics (
    biometric_id uuid NOT NULL,
    member_id uuid NOT NULL,
    modality text NOT NULL,
    part text NOT NULL,
    quality bigint NOT NULL,
    model text NOT NULL,
    device text NOT NULL,
    registered_by text NOT NULL,
    registered_on date NOT NULL,
    stage text NOT NULL,
    comparisons bigint NOT NULL,
    compared_on date,
    reason text NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, biometric_id)
) WITH (fillfactor = 80);
CREATE INDEX biometrics_member_id ON biometrics (tenant, member_id);
CREATE INDEX biometrics_modality_model ON biometrics (tenant, modality, model) WHERE stage = 'registered';
CREATE TABLE biometric_comparisons (
    biometric_id uuid NOT NULL,
    comparison bigint NOT NULL,
    purpose text NOT NULL,
    matched boolean NOT NULL,
    similarity_bps bigint NOT NULL,
    needed_bps bigint NOT NULL,
    compared_by text NOT NULL,
    compared_on date NOT NULL,
    tenant bigint NOT NULL,
    position bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, biometric_id, comparison)
);

INSERT INTO read_model (name, version) VALUES
    ('member_profiles', 1),
    ('emergency_contacts', 1),
    ('beneficiaries', 1),
    ('designations', 1),
    ('cards', 1),
    ('biometrics', 1);
INSERT INTO es_checkpoint (name) VALUES
    ('member_profiles'), ('emergency_contacts'), ('beneficiaries'), ('designations'), ('cards'), ('biometrics');

-- documents: Which documents belong to a claim or member, and are they verified?
-- Version 2 holds documents of members and policies beside those of claims. A ledger without
-- documents takes the new table at once; in any other the projector fills it beside the one in use.
DO $$
BEGIN
    PERFORM FROM documents LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE documents;
    CREATE TABLE documents (
        document_id uuid NOT NULL,
        claim_id uuid,
        claim_number text NOT NULL,
        member_id uuid NOT NULL,
        provider_id uuid,
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
        policy_id uuid,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(claim_number, ''))) STORED,
        PRIMARY KEY (tenant, document_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX documents_claim_id ON documents (tenant, claim_id);
    CREATE INDEX documents_member_id ON documents (tenant, member_id);
    CREATE INDEX documents_policy_id ON documents (tenant, policy_id) WHERE policy_id IS NOT NULL;
    CREATE INDEX documents_stage_created_at ON documents (tenant, stage, created_at);
    CREATE INDEX documents_sha256 ON documents (tenant, sha256);
    CREATE INDEX documents_created_at_document_id ON documents (tenant, created_at, document_id);
    CREATE INDEX documents_search ON documents USING gin (search_text gin_trgm_ops);
    UPDATE read_model SET version = 2 WHERE name = 'documents';
END $$;

-- Templates of fingers and faces, each sealed with a key of its own (vault.person_key, under the
-- record's own id). No event holds one: to destroy a record is to destroy its key and its row.
CREATE TABLE biometric_template (
    tenant       int         NOT NULL,
    biometric_id uuid        NOT NULL,
    member_id    uuid        NOT NULL,
    modality     text        NOT NULL,
    model        text        NOT NULL,
    sealed       bytea       NOT NULL,
    kept_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, biometric_id)
);
CREATE INDEX biometric_template_member_id ON biometric_template (tenant, member_id);
CREATE INDEX biometric_template_modality ON biometric_template (tenant, modality, model);
