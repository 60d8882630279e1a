-- Wishes about rows an outlet owns, and how far they are.
CREATE TABLE requests (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    wish TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    code TEXT,
    answered_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
