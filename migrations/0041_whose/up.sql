SET LOCAL lock_timeout = '5s';

-- A ledger whose read models are empty takes the new tables at once; in any other the projector
-- fills them beside those in use and swaps them.

-- members: Who are our members, how are they reached, and whose dependants are they?
-- Version 2 tells which agent brought a member.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'members' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS members;
    CREATE TABLE public.members (
        member_id uuid NOT NULL,
        number text NOT NULL,
        full_name text NOT NULL,
        first_name text NOT NULL,
        last_name text NOT NULL,
        born_on date NOT NULL,
        sex text NOT NULL,
        national_id text NOT NULL,
        phone text NOT NULL,
        email text NOT NULL,
        region text NOT NULL,
        district text NOT NULL,
        ward text NOT NULL,
        language text NOT NULL,
        relationship text NOT NULL,
        principal_id uuid,
        enrolled_on date NOT NULL,
        origin text NOT NULL,
        status text NOT NULL,
        reason text NOT NULL,
        brought_by text NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(number, '') || ' ' || COALESCE(full_name, '') || ' ' || COALESCE(national_id, '') || ' ' || COALESCE(phone, '') || ' ' || COALESCE(email, ''))) STORED,
        PRIMARY KEY (tenant, member_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX members_number ON public.members (tenant, number);
    CREATE INDEX members_created_at_member_id ON public.members (tenant, created_at, member_id);
    CREATE INDEX members_full_name ON public.members (tenant, full_name);
    CREATE INDEX members_brought_by ON public.members (tenant, brought_by) WHERE brought_by <> '';
    CREATE INDEX members_principal_id ON public.members (tenant, principal_id) WHERE principal_id IS NOT NULL;
    CREATE INDEX members_search ON public.members USING gin (search_text gin_trgm_ops);
    UPDATE read_model SET version = 2 WHERE name = 'members';
END $$;

-- treaties: Which treaties cede our business, on which terms, and since when do we know them?
-- Version 2 tells who takes a share of a treaty.
DO $$
BEGIN
    PERFORM FROM es_checkpoint WHERE name = 'treaties' AND shard = 0 AND position > 0;
    IF FOUND THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS treaties;
    CREATE TABLE public.treaties (
        treaty_id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        stage text NOT NULL,
        currency text NOT NULL,
        priority bigint NOT NULL,
        from_on date NOT NULL,
        until_on date NOT NULL,
        umr text NOT NULL,
        reports text NOT NULL,
        report_days bigint NOT NULL,
        treaty_version bigint NOT NULL,
        signed_on date,
        cancelled_from date,
        reason text NOT NULL,
        reinsurer_ids text[] NOT NULL,
        tenant bigint NOT NULL,
        position bigint NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search_text text GENERATED ALWAYS AS (lower(COALESCE(code, '') || ' ' || COALESCE(name, '') || ' ' || COALESCE(umr, ''))) STORED,
        PRIMARY KEY (tenant, treaty_id)
    ) WITH (fillfactor = 80);
    CREATE INDEX treaties_code ON public.treaties (tenant, code);
    CREATE INDEX treaties_from_on ON public.treaties (tenant, from_on);
    CREATE INDEX treaties_search ON public.treaties USING gin (search_text gin_trgm_ops);
    UPDATE read_model SET version = 2 WHERE name = 'treaties';
END $$;
