-- Who reached beyond their scope, for what and why (record type audit_entry); at the hub and on
-- terminals of the office. The hub counts by device and moment how much one asks for.
CREATE TABLE audit_entries (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, birth_origin INTEGER,
    birth_seq INTEGER, birth_stamp INTEGER, "what", "who", "device", "customer_id", "reason", "note",
    "at", "until");
CREATE INDEX audit_entries_device ON audit_entries (device, at);
CREATE INDEX audit_entries_customer ON audit_entries (customer_id);
-- Customers of others that this terminal fetched: until when, and why. Goes with the customer.
CREATE TABLE fetched (
    customer_id BLOB PRIMARY KEY,
    until_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL
) WITHOUT ROWID;
