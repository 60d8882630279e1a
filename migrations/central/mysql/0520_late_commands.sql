-- What edges told after they were fenced: kept for a person to look at, and not booked.
CREATE TABLE late_commands (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    edge_id BINARY(16) NOT NULL,
    incarnation BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    edge_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    received_at BIGINT NOT NULL,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    request_id BINARY(16),
    settled_at BIGINT,
    settled_by BINARY(16),
    PRIMARY KEY (id)
) ENGINE=InnoDB;
