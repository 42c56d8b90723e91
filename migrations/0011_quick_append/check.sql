-- Nothing stored is touched: the log stands where its last event left it.
SELECT 'no event beyond the last position',
       NOT EXISTS (SELECT FROM es_event e WHERE e.position > (SELECT last_value FROM es_position));
