SELECT 'an append looks events up one by one' AS rule,
       position('EXISTS' IN upper(regexp_replace(prosrc, '--[^\n]*', '', 'g'))) = 0 AS holds
FROM pg_proc WHERE proname = 'es_add'
