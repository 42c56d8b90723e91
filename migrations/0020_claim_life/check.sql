SELECT 'every read model has its checkpoint' AS rule,
       NOT EXISTS (SELECT FROM read_model m LEFT JOIN es_checkpoint c USING (name)
                   WHERE c.name IS NULL) AS holds
UNION ALL
SELECT 'claims have the tables of their version',
       (SELECT m.version = 1 OR to_regclass('claim_lines_line_id') IS NOT NULL
        FROM read_model m WHERE m.name = 'claims')
UNION ALL
SELECT 'the inbox has the tables of its version',
       (SELECT m.version = 1 OR to_regclass('claim_inbox_done') IS NOT NULL
        FROM read_model m WHERE m.name = 'claim_inbox')
