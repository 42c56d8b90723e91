SELECT 'every message that a partner sent has a number' AS rule,
       NOT EXISTS (SELECT FROM webhook_delivery WHERE place IS NULL) AS holds
