SELECT 'every task has a reaction', NOT EXISTS (SELECT FROM reaction_task WHERE reaction = '')
UNION ALL
SELECT 'an ended task has an end', NOT EXISTS (
    SELECT FROM reaction_task WHERE (state IN ('done', 'discarded')) <> (ended_at IS NOT NULL));
