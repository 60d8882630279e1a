-- Days on which an outlet, or every outlet, takes no bookings.
CREATE TABLE booking_blackouts (
    id BLOB NOT NULL,
    outlet_id BLOB,
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
