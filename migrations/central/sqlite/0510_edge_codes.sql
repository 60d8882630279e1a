-- One-time codes an edge enrols with.
CREATE TABLE edge_codes (
    code_hash TEXT NOT NULL,
    outlet_id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by BLOB,
    PRIMARY KEY (code_hash)
) STRICT;
