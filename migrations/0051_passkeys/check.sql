SELECT 'nobody has a passkey by the step itself' AS rule,
       NOT EXISTS (SELECT FROM identity_user WHERE passkeys > 0) AS holds
