-- What the outlet did. `json` is the command to the byte that was hashed and is pushed.
CREATE TABLE journal (
    seq          INTEGER NOT NULL PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    kind         TEXT    NOT NULL,
    json         TEXT    NOT NULL,
    changes      TEXT    NOT NULL,
    changes_hash TEXT    NOT NULL,
    chain        TEXT    NOT NULL,
    made_at      INTEGER NOT NULL,
    outcome      TEXT,
    exceptions   TEXT    NOT NULL DEFAULT '[]',
    settled_at   INTEGER
) STRICT;

-- Held and excepted commands are few; the sync desk lists them.
CREATE INDEX journal_held ON journal (seq) WHERE outcome = 'held';
CREATE INDEX journal_excepted ON journal (seq) WHERE exceptions <> '[]';

-- The rows the outlet owns, as they stand now.
CREATE TABLE rows (
    kind     TEXT    NOT NULL,
    id       BLOB    NOT NULL,
    day      TEXT,
    state    TEXT,
    position INTEGER,
    body     TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX rows_by_day ON rows (kind, day, position);

-- A remote ticket is checked in once.
CREATE UNIQUE INDEX rows_by_remote ON rows (json_extract(body, '$.remote'))
    WHERE kind = 'ticket' AND json_extract(body, '$.remote') IS NOT NULL;

-- The next free number of each series and business day.
CREATE TABLE series (
    day    TEXT    NOT NULL,
    series TEXT    NOT NULL,
    next   INTEGER NOT NULL,
    PRIMARY KEY (day, series)
) STRICT, WITHOUT ROWID;

-- Answers that were told, to be told again to the same question.
CREATE TABLE replies (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX replies_by_age ON replies (at);

-- Who this edge is, and what central told it at hello.
CREATE TABLE facts (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
