-- How much waits to be sent, by transaction and record type, without reading the changes
-- themselves: the status line asks for it twice a second while 90,000 of them wait.
CREATE INDEX change_log_waiting ON change_log (transaction_id, record_type, saved_ms)
    WHERE state = 0;
