-- Tables that are not made from the record-type list. The record tables themselves
-- (customers, interactions …) are made from storage/domain/schema by migrations.cpp.

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Custom fields: one row a value; called x.NAME on the wire and in exports.
CREATE TABLE custom_value (
    owner BLOB NOT NULL,
    field TEXT NOT NULL,
    value,
    PRIMARY KEY (owner, field)
) WITHOUT ROWID;

-- Versions ------------------------------------------------------------------------------------
CREATE TABLE origin (
    number INTEGER PRIMARY KEY,
    device BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    UNIQUE (device, incarnation)
);

-- Only fields whose state is not just the record's creation. One row per origin ever seen or
-- replaced; head = 1 where that origin's latest version is a head.
CREATE TABLE field_version (
    record_type INTEGER NOT NULL,
    record_id BLOB NOT NULL,
    field TEXT NOT NULL,
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    head INTEGER NOT NULL,
    value,
    PRIMARY KEY (record_id, field, origin)
) WITHOUT ROWID;

-- The confirmed value under an own edit that is not confirmed yet; pending_seq is the latest such.
CREATE TABLE shadow (
    record_type INTEGER NOT NULL,
    record_id BLOB NOT NULL,
    field TEXT NOT NULL,
    value,
    pending_seq INTEGER NOT NULL,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;

CREATE TABLE conflict (
    id BLOB PRIMARY KEY,
    record_type INTEGER NOT NULL,
    record_id BLOB NOT NULL,
    field TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX conflict_open ON conflict (record_id) WHERE closed_ms IS NULL;

-- The device's own log ------------------------------------------------------------------------
-- state: 0 pending, 1 acknowledged by the hub, 2 confirmed (came back in the hub's order),
--        3 set aside
CREATE TABLE change_log (
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    transaction_id BLOB NOT NULL,
    action_id BLOB NOT NULL,
    record_type TEXT NOT NULL,
    record_id BLOB NOT NULL,
    raw_stamp INTEGER NOT NULL,
    user TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    payload TEXT NOT NULL,
    salt BLOB NOT NULL,
    commitment BLOB NOT NULL,
    hash BLOB NOT NULL,
    state INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL,
    hub_seq INTEGER,
    effective_stamp INTEGER,
    receipt INTEGER,
    PRIMARY KEY (origin, seq)
) WITHOUT ROWID;
-- What still lies over the confirmed state, by record.
CREATE INDEX change_log_unconfirmed ON change_log (record_id, seq) WHERE state < 2;
CREATE INDEX change_log_pending ON change_log (origin, seq) WHERE state = 0;

-- Receipts: what the hub signed.
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL,
    acked_seq INTEGER NOT NULL,
    hub_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    signature BLOB NOT NULL
);

-- Changes that could not be applied: own ones taken back by the hub's verdict, and foreign ones
-- that this version does not understand or whose parent is not here.
CREATE TABLE set_aside (
    origin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    record_type TEXT NOT NULL,
    record_id BLOB NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    needs BLOB,
    at_ms INTEGER NOT NULL,
    effective_stamp INTEGER,
    payload TEXT NOT NULL,
    PRIMARY KEY (origin, seq)
) WITHOUT ROWID;
CREATE INDEX set_aside_needs ON set_aside (needs) WHERE needs IS NOT NULL;

-- Imports: what each line became, so that an import is resumed and undone by its id.
CREATE TABLE import_run (
    id BLOB PRIMARY KEY,
    file_name TEXT NOT NULL,
    file_digest BLOB NOT NULL,
    map_digest BLOB NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    undone_ms INTEGER,
    lines_done INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    skipped INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE import_record (
    import_id BLOB NOT NULL,
    record_id BLOB NOT NULL,
    record_type INTEGER NOT NULL,
    line INTEGER NOT NULL,
    before TEXT,
    PRIMARY KEY (import_id, record_id)
) WITHOUT ROWID;
