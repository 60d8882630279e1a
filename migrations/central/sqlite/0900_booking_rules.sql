-- How an outlet takes bookings; an outlet without a row goes by the defaults.
CREATE TABLE booking_rules (
    outlet_id BLOB NOT NULL,
    slot_minutes INTEGER NOT NULL,
    per_slot INTEGER,
    ahead_days INTEGER NOT NULL,
    notice_minutes INTEGER NOT NULL,
    change_minutes INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (outlet_id)
) STRICT;
