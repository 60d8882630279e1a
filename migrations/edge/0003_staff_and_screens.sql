-- Screens that were paired. Only the hash of a token is kept.
CREATE TABLE screens (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    token_hash TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

-- Who is signed in at a screen. It outlives a restart.
CREATE TABLE staff_sessions (
    screen     BLOB    NOT NULL PRIMARY KEY,
    staff      BLOB    NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;

-- Wrong PINs, by member of staff (or by name, when there is none of that name) and over all.
CREATE TABLE pin_failures (
    subject      TEXT    NOT NULL PRIMARY KEY,
    failures     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    locked_until INTEGER
) STRICT, WITHOUT ROWID;
