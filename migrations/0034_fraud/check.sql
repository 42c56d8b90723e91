SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'facts of claims have the tables of their version',
       (SELECT m.version = 1 OR to_regclass('claim_claimants') IS NOT NULL
        FROM read_model m WHERE m.name = 'claim_facts')
