-- What edges told after they were fenced: kept for a person to look at, and not booked.
CREATE TABLE late_commands (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    edge_id BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    edge_hash TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    request_id BLOB,
    settled_at INTEGER,
    settled_by BLOB,
    PRIMARY KEY (id)
) STRICT;
