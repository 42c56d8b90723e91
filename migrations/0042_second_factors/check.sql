SELECT 'nobody is let off the second factor by the step itself' AS rule,
       NOT bool_or(factor_waived) IS TRUE AS holds
FROM identity_user
