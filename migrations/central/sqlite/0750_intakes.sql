-- Whether walk-ins are taken; owned by the outlet, followed here.
CREATE TABLE intakes (
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL,
    cap INTEGER,
    message TEXT,
    adjust_minutes INTEGER NOT NULL,
    since INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (outlet_id)
) STRICT;
