-- Sessions in studios; owned by the outlet, followed here.
CREATE TABLE queue_sessions (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    ticket_id BLOB NOT NULL,
    studio_id BLOB NOT NULL,
    product_id BLOB NOT NULL,
    state TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    extended_minutes INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
