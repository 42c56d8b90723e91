SET LOCAL lock_timeout = '5s';

-- Who of the insurer looked at whose data, when, where and why. Nothing of the data itself.
CREATE TABLE member_look (
    tenant     bigint      NOT NULL,
    member_id  uuid        NOT NULL,
    look       uuid        NOT NULL,
    looked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id    uuid        NOT NULL,
    actor      text        NOT NULL,
    place      text        NOT NULL,
    purpose    text        NOT NULL,
    request_id text        NOT NULL,
    PRIMARY KEY (tenant, member_id, look)
);
CREATE INDEX member_look_user ON member_look (tenant, user_id, look);
SELECT es_only_grows('member_look');
