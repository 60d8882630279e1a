-- What a member of staff may do at an outlet, and the hash of their PIN there.
CREATE TABLE staff_grants (
    staff_id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    pin_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (staff_id, outlet_id)
) STRICT;
