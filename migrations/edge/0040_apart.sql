-- Rows and answers are longer than what fits beside a key: each lay on a page of its own. They lie in the
-- order they were written now, and their keys in an index.
CREATE TABLE rows_apart (
    kind     TEXT    NOT NULL,
    id       BLOB    NOT NULL,
    day      TEXT,
    state    TEXT,
    position INTEGER,
    body     TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

INSERT INTO rows_apart (kind, id, day, state, position, body)
    SELECT kind, id, day, state, position, body FROM rows ORDER BY kind, day, position;
DROP TABLE rows;
ALTER TABLE rows_apart RENAME TO rows;

CREATE INDEX rows_by_day ON rows (kind, day, position);

-- A remote ticket is checked in once.
CREATE UNIQUE INDEX rows_by_remote ON rows (json_extract(body, '$.remote'))
    WHERE kind = 'ticket' AND json_extract(body, '$.remote') IS NOT NULL;

-- The oldest lie first: no index is needed to find them.
CREATE TABLE replies_apart (
    scope       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    status      INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

INSERT INTO replies_apart (scope, key, fingerprint, status, body, at)
    SELECT scope, key, fingerprint, status, body, at FROM replies ORDER BY at;
DROP TABLE replies;
ALTER TABLE replies_apart RENAME TO replies;
