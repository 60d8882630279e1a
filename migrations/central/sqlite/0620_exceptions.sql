-- Booked commands a person should look at.
CREATE TABLE exceptions (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    command_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by BLOB,
    PRIMARY KEY (id)
) STRICT;
