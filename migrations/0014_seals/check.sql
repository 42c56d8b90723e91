SELECT 'what was sealed can neither be changed nor removed' AS rule,
       count(*) = 6 AS holds
FROM pg_trigger WHERE tgfoid = 'seal_refuse_change'::regproc
UNION ALL
SELECT 'one safe position is published, and it is not ahead of the log',
       count(*) = 1 AND bool_and(p.safe <= s.safe)
FROM es_published p, es_safe_position() s
