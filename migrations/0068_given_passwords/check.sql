SELECT 'no password runs out by the step itself' AS rule,
       bool_and(password_until IS NULL) IS NOT FALSE AS holds
FROM identity_user
