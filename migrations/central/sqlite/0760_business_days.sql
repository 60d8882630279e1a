-- Business days that were closed; owned by the outlet, followed here.
CREATE TABLE business_days (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    closed_by BLOB,
    forgotten INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    told TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
