-- Names for sets of permissions.
CREATE TABLE roles (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    guard_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
