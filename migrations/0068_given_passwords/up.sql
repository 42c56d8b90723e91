SET LOCAL lock_timeout = '5s';

-- A password that somebody was given by another is good for some days: whoever has it chooses their
-- own meanwhile. Passwords that are known before this step were chosen long ago and do not run out.
ALTER TABLE identity_user ADD COLUMN password_until timestamptz;
