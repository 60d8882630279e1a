-- What goes on in studios; owned by the outlet, followed here.
CREATE TABLE rooms (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    state TEXT NOT NULL,
    session_id BLOB,
    note TEXT,
    since INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
