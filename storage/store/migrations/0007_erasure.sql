-- Records that left this terminal's scope while its own log still holds what was written of them
-- here: erased as soon as the hub has that in a verified backup.
CREATE TABLE departed (record_id BLOB PRIMARY KEY) WITHOUT ROWID;
