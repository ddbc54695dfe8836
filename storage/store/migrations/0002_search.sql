-- The customers' full text (customer_text.h) and the indexes of the record tables.

-- doc: the order in which short queries list customers: priority first, then by name.
CREATE TABLE customer_text (
    rowid INTEGER PRIMARY KEY,
    doc INTEGER NOT NULL UNIQUE,
    text TEXT NOT NULL,
    words TEXT NOT NULL
);

-- Words are folded before they come here and parted by blanks: "ascii" only cuts at these.
CREATE VIRTUAL TABLE customer_words USING fts5(
    words, content='customer_text', content_rowid='doc', tokenize='ascii', prefix='1 2 3',
    detail=none, columnsize=0);
CREATE VIRTUAL TABLE customer_grams USING fts5(
    text, content='customer_text', content_rowid='rowid', tokenize='trigram case_sensitive 1',
    detail=none, columnsize=0);
-- Without it the words of a deleted customer stay readable in the index.
INSERT INTO customer_words(customer_words, rank) VALUES('secure-delete', 1);
INSERT INTO customer_grams(customer_grams, rank) VALUES('secure-delete', 1);

CREATE INDEX customers_number ON customers (number) WHERE number IS NOT NULL;
CREATE INDEX customers_name ON customers (name, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_points_customer ON contact_points (customer_id);
-- Covers the counts of the 360 view: a customer's lines are read from the index alone.
CREATE INDEX interactions_customer
    ON interactions (customer_id, occurred_at, id, channel, outcome, amends_id);
CREATE INDEX interactions_amends ON interactions (amends_id) WHERE amends_id IS NOT NULL;
CREATE INDEX interactions_occurred ON interactions (occurred_at);
CREATE INDEX tasks_customer ON tasks (customer_id);
CREATE INDEX tasks_open ON tasks (due_on, assignee) WHERE done_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done ON tasks (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX priority_flags_customer ON priority_flags (customer_id);
CREATE INDEX priority_flags_state ON priority_flags (state, level);
CREATE INDEX codes_list ON codes (list, code);
CREATE INDEX users_login ON users (login);
CREATE INDEX import_run_started ON import_run (started_ms);
