-- Days on which an outlet, or every outlet, takes no bookings.
CREATE TABLE booking_blackouts (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16),
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
