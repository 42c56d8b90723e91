SET LOCAL lock_timeout = '5s';

-- What a repeated command is answered from is kept for ever, as the events are: without a receipt,
-- the same payment sent once more would be another payment. Until now only nobody removed one.
SELECT es_only_grows('es_receipt');
CREATE TRIGGER es_receipt_is_final BEFORE UPDATE OR DELETE ON es_receipt
    FOR EACH ROW EXECUTE FUNCTION es_refuse_change();
CREATE TRIGGER es_receipt_stays BEFORE TRUNCATE ON es_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION es_refuse_change();
