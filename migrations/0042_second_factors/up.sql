SET LOCAL lock_timeout = '5s';

-- Staff need a second factor, but those of whom an administrator has said otherwise on the machine
-- itself. Approvals of money ask when the last code was shown in this sign-in.
ALTER TABLE identity_user ADD COLUMN factor_waived boolean NOT NULL DEFAULT false;
ALTER TABLE identity_session ADD COLUMN code_shown_at timestamptz;
