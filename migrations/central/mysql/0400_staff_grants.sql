-- What a member of staff may do at an outlet, and the hash of their PIN there.
CREATE TABLE staff_grants (
    staff_id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    permissions TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    pin_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version BIGINT NOT NULL,
    active TINYINT(1) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (staff_id, outlet_id)
) ENGINE=InnoDB;
