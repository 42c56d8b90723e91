SELECT 'nobody is another person by the step itself' AS rule,
       NOT EXISTS (SELECT FROM identity_user WHERE outside_subject IS NOT NULL) AS holds
