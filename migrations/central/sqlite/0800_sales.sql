-- Cash sales; owned by the outlet, followed here.
CREATE TABLE sales (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    receipt INTEGER NOT NULL,
    total INTEGER NOT NULL,
    tendered INTEGER NOT NULL,
    change_given INTEGER NOT NULL,
    ticket_id BLOB,
    session_id BLOB,
    catalog_version INTEGER NOT NULL,
    cashier_id BLOB,
    sold_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
