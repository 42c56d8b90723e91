SET LOCAL lock_timeout = '5s';

-- Whom the insurer's provider of identities means: its issuer and its own name for the person. Who
-- has one signs in there, and not with a password here.
ALTER TABLE identity_user ADD COLUMN outside_subject text;
CREATE UNIQUE INDEX identity_user_outside ON identity_user (tenant, outside_subject)
    WHERE outside_subject IS NOT NULL;
