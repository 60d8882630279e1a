-- Who did what, before and after; written in the transaction that did it.
CREATE TABLE activity_log (
    id BLOB NOT NULL,
    log_name TEXT NOT NULL,
    description TEXT NOT NULL,
    subject_type TEXT,
    subject_id BLOB,
    event TEXT,
    causer_type TEXT,
    causer_id BLOB,
    attribute_changes TEXT,
    properties TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
