-- What a field held before its present version, and which version that was: what two people who
-- then edit it, neither knowing of the other, had both seen. Only of edited fields, only the last.
CREATE TABLE former_value (
    record_id BLOB NOT NULL,
    field TEXT NOT NULL,
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    value,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;
-- Of a conflict that opened here; one that came with its record's full state does not tell.
ALTER TABLE conflict ADD COLUMN former_known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conflict ADD COLUMN former_value;
