-- Cash shifts; owned by the outlet, followed here. Movements, settlement and corrections are JSON.
CREATE TABLE shifts (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    till_id BLOB,
    float_cash INTEGER NOT NULL,
    opened_by BLOB,
    opened_at INTEGER NOT NULL,
    movements TEXT NOT NULL,
    closed_by BLOB,
    closed_at INTEGER,
    settlement TEXT,
    note TEXT,
    corrections TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
