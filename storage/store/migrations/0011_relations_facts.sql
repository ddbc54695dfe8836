-- Whom a customer belongs with, and what is known of them (record types relation and fact).
CREATE TABLE relations (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, birth_origin INTEGER,
    birth_seq INTEGER, birth_stamp INTEGER, "customer_id", "other_id", "kind", "since", "until",
    "note", "author", "deleted_at");
CREATE INDEX relations_customer ON relations (customer_id);
CREATE INDEX relations_other ON relations (other_id);
CREATE TABLE facts (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, birth_origin INTEGER,
    birth_seq INTEGER, birth_stamp INTEGER, "customer_id", "kind", "text", "on", "source_id",
    "author", "noted_at", "deleted_at");
CREATE INDEX facts_customer ON facts (customer_id, noted_at);
-- Whose day is near: by month and day, as a year need not be known.
CREATE INDEX facts_day ON facts (substr("on", -5)) WHERE "on" IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX customers_day ON customers (substr(birthday, -5))
    WHERE birthday IS NOT NULL AND deleted_at IS NULL;
