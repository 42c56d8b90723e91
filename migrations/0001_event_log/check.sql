SELECT 'the log is split into eight partitions' AS rule,
       count(*) = 8 AS holds
FROM pg_inherits WHERE inhparent = 'es_event'::regclass
UNION ALL
SELECT 'every partition refuses change, removal and truncation',
       count(*) = 18
FROM pg_trigger WHERE tgfoid = 'es_refuse_change'::regproc
UNION ALL
SELECT 'no position is handed out in reserve',
       seqcache = 1
FROM pg_sequence WHERE seqrelid = 'es_position'::regclass
UNION ALL
SELECT 'an empty log is read up to position 0',
       safe >= 0 AND last >= safe
FROM es_safe_position()
