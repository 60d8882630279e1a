-- When outlet and central were last compared, row by row.
CREATE TABLE digests (
    outlet_id BLOB NOT NULL,
    edge_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    chain_hash TEXT NOT NULL,
    since TEXT,
    row_count INTEGER NOT NULL,
    differing INTEGER NOT NULL,
    held INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    PRIMARY KEY (outlet_id)
) STRICT;
