-- Files that hang on customers and interactions (record type document).
CREATE TABLE documents (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, birth_origin INTEGER,
    birth_seq INTEGER, birth_stamp INTEGER, "customer_id", "interaction_id", "kind", "name", "media_type",
    "bytes", "blob", "author", "added_at", "note", "deleted_at");
CREATE INDEX documents_customer ON documents (customer_id);
CREATE INDEX documents_interaction ON documents (interaction_id) WHERE interaction_id IS NOT NULL;
CREATE INDEX documents_blob ON documents (blob);
-- The bytes of files, by their hash: they lie sealed in the folder attachments, each under a random
-- name and a key of its own that is only here. Where the row goes, what is left of the file cannot
-- be read any more.
-- whole: all of it is here, and has this hash. at_hub: the hub said that it has it (terminals).
-- asked: somebody wants it here. trouble: why the hub did not take or give it, a code.
CREATE TABLE attachment (
    blob TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    file TEXT NOT NULL,
    key BLOB NOT NULL,
    whole INTEGER NOT NULL DEFAULT 0,
    at_hub INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT '',
    made_ms INTEGER NOT NULL,
    unnamed_ms INTEGER  -- since when no living record names it (hub)
) WITHOUT ROWID;
CREATE INDEX attachment_to_send ON attachment (bytes) WHERE whole = 1 AND at_hub = 0;
CREATE INDEX attachment_asked ON attachment (bytes) WHERE whole = 0 AND asked = 1;
-- Blobs of which a record came, went or changed: is it still named, is it wanted here? Looked at when
-- all records are exchanged, and then taken out; not before due_ms.
CREATE TABLE attachment_check (blob TEXT PRIMARY KEY, due_ms INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX attachment_check_due ON attachment_check (due_ms);
CREATE TRIGGER documents_came AFTER INSERT ON documents WHEN new.blob IS NOT NULL BEGIN
    INSERT INTO attachment_check (blob) VALUES (new.blob) ON CONFLICT (blob) DO UPDATE SET due_ms = 0;
END;
CREATE TRIGGER documents_went AFTER DELETE ON documents WHEN old.blob IS NOT NULL BEGIN
    INSERT INTO attachment_check (blob) VALUES (old.blob) ON CONFLICT (blob) DO UPDATE SET due_ms = 0;
END;
CREATE TRIGGER documents_changed AFTER UPDATE OF "blob", "deleted_at" ON documents BEGIN
    INSERT INTO attachment_check (blob) SELECT old.blob WHERE old.blob IS NOT NULL
        ON CONFLICT (blob) DO UPDATE SET due_ms = 0;
    INSERT INTO attachment_check (blob) SELECT new.blob WHERE new.blob IS NOT NULL
        ON CONFLICT (blob) DO UPDATE SET due_ms = 0;
END;
