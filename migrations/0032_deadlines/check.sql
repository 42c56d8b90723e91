SELECT 'no task has another state than it may have' AS rule,
       NOT EXISTS (SELECT FROM reaction_task
                   WHERE state NOT IN ('waits', 'due', 'done', 'failed', 'discarded')) AS holds
