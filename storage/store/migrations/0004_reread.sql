-- The records that came so far while a copy is read again from the start, after its hub was restored
-- from a backup. A terminal of format 3 that lived through one has the table already.
CREATE TABLE IF NOT EXISTS reread (record_id BLOB PRIMARY KEY) WITHOUT ROWID;
