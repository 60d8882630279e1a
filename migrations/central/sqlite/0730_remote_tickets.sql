-- Tickets joined from afar; owned here until their holder checks in.
CREATE TABLE remote_tickets (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    product_id BLOB NOT NULL,
    product_name TEXT NOT NULL,
    category TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    party_size INTEGER NOT NULL,
    customer_id BLOB NOT NULL,
    holder TEXT,
    state TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
