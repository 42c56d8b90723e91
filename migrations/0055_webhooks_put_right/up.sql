SET LOCAL lock_timeout = '5s';

-- What a bank has told and nobody could book gets a number of its insurer's own series, and an end:
-- replayed, or set aside with a reason. Who decided it, and when, stays beside it.
ALTER TABLE webhook_delivery
    ADD COLUMN place bigint,
    ADD COLUMN decided_by text NOT NULL DEFAULT '',
    ADD COLUMN decided_at timestamptz;
UPDATE webhook_delivery w SET place = numbered.place FROM (
    SELECT ctid, row_number() OVER (PARTITION BY tenant ORDER BY received_at, ctid) AS place
    FROM webhook_delivery
) AS numbered WHERE w.ctid = numbered.ctid;
ALTER TABLE webhook_delivery ALTER COLUMN place SET NOT NULL;
INSERT INTO es_number (tenant, series, last)
    SELECT tenant, 'webhook', max(place) FROM webhook_delivery GROUP BY tenant;
ALTER TABLE webhook_delivery DROP CONSTRAINT webhook_delivery_state_check;
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_state_check
    CHECK (state IN ('taken', 'unresolved', 'refused', 'discarded'));
CREATE UNIQUE INDEX webhook_delivery_place ON webhook_delivery (tenant, place);
