-- What outlets did, as they said it, with what became of it.
CREATE TABLE commands (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    edge_hash TEXT NOT NULL,
    central_hash TEXT,
    outcome TEXT NOT NULL,
    exceptions TEXT NOT NULL,
    given_at INTEGER,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
