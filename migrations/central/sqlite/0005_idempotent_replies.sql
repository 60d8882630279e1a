-- What an unsafe call was answered, told again to its repeat.
CREATE TABLE idempotent_replies (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
) STRICT;
