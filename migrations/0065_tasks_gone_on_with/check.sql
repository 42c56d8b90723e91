SELECT 'a step that was gone on with is noted before the feed puts it down' AS rule,
       to_regprocedure('reaction_done(int, bigint[], text[], text[], text[])') IS NOT NULL AS holds
