-- The edge programs of outlets; at most one of an outlet is active.
CREATE TABLE edges (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    public_key TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    status TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    token_hash TEXT,
    next_token_hash TEXT,
    session_hash TEXT,
    last_seq INTEGER NOT NULL,
    last_hash TEXT,
    heartbeat TEXT,
    seen_at INTEGER,
    approved_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
