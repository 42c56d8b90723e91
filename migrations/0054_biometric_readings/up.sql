SET LOCAL lock_timeout = '5s';

-- Each time that templates of fingers or faces were opened: by whom, for what, whose (empty:
-- everybody's of this kind) and how many. Written in the statement that reads them, so that also a
-- try leaves a line that comes to nothing, or that was asked dry.
CREATE TABLE biometric_reading (
    tenant    int         NOT NULL,
    reading   uuid        NOT NULL,
    read_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor     text        NOT NULL,
    purpose   text        NOT NULL,
    modality  text        NOT NULL,
    model     text        NOT NULL,
    member_id uuid,
    templates int         NOT NULL,
    PRIMARY KEY (tenant, reading)
);
CREATE INDEX biometric_reading_member_id ON biometric_reading (tenant, member_id);
SELECT es_only_grows('biometric_reading');
