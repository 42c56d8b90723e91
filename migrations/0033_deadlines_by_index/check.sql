SELECT 'deadlines are looked for by an index' AS rule,
       to_regclass('reaction_task_waits') IS NOT NULL AS holds
