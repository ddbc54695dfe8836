-- What somebody saved on a customer that had left their scope (record type proposal).
CREATE TABLE proposals (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, birth_origin INTEGER,
    birth_seq INTEGER, birth_stamp INTEGER, "customer_id", "changes", "author", "proposed_at", "state",
    "decided_by", "decided_at");
CREATE INDEX proposals_customer ON proposals (customer_id);
CREATE INDEX proposals_state ON proposals (state, proposed_at);
