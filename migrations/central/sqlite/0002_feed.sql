-- Rows central owns, as they changed; body is null where the row was deleted.
CREATE TABLE feed (
    topic TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    row_id BLOB NOT NULL,
    body TEXT,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (topic, number)
) STRICT;
