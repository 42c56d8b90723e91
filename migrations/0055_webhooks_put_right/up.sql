SET LOCAL lock_timeout = '5s';

-- What a bank has told and nobody could book gets a number, and an end: replayed, or set aside with
-- a reason. Who decided it, and when, stays beside it.
ALTER TABLE webhook_delivery
    ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN decided_by text NOT NULL DEFAULT '',
    ADD COLUMN decided_at timestamptz;
ALTER TABLE webhook_delivery DROP CONSTRAINT webhook_delivery_state_check;
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_state_check
    CHECK (state IN ('taken', 'unresolved', 'refused', 'discarded'));
CREATE UNIQUE INDEX webhook_delivery_place ON webhook_delivery (tenant, place);
