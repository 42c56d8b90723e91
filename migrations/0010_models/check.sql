SELECT 'a model is kept as it is' AS rule,
       EXISTS (SELECT FROM pg_trigger WHERE tgname = 'fraud_model_artefact_kept') AS holds
UNION ALL
SELECT 'a model is found by tenant and digest',
       EXISTS (SELECT FROM pg_indexes WHERE indexname = 'fraud_model_artefact_pkey'
               AND indexdef LIKE '%(tenant, digest)%')
