-- Rows central owns, as the feed brought them.
CREATE TABLE followed (
    topic TEXT NOT NULL,
    kind  TEXT NOT NULL,
    id    BLOB NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (topic, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX followed_by_kind ON followed (kind, id);

-- How far each topic has been followed, and when that was true.
CREATE TABLE cursors (
    topic    TEXT    NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    as_of    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
