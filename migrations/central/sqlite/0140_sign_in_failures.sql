-- Wrong passwords in a row, by the SHA-256 of the login they were tried on.
CREATE TABLE sign_in_failures (
    login_hash TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    locked_until INTEGER,
    PRIMARY KEY (login_hash)
) STRICT;
