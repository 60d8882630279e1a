-- Booked commands a person should look at.
CREATE TABLE exceptions (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    command_id BINARY(16) NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    detail LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by BINARY(16),
    PRIMARY KEY (id)
) ENGINE=InnoDB;
