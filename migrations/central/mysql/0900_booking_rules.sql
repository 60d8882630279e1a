-- How an outlet takes bookings; an outlet without a row goes by the defaults.
CREATE TABLE booking_rules (
    outlet_id BINARY(16) NOT NULL,
    slot_minutes INT NOT NULL,
    per_slot INT,
    ahead_days INT NOT NULL,
    notice_minutes INT NOT NULL,
    change_minutes INT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (outlet_id)
) ENGINE=InnoDB;
