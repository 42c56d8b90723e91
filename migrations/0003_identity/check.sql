SELECT 'names are unique whatever their letters'' case' AS rule,
       count(*) = 1 AS holds
FROM pg_indexes WHERE indexname = 'identity_user_name' AND indexdef LIKE '%UNIQUE%lower(username)%'
UNION ALL
SELECT 'a renewal token is known by its hash alone',
       count(*) = 0
FROM information_schema.columns
WHERE table_name = 'identity_renewal' AND column_name = 'token'
