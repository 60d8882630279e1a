-- Cash shifts; owned by the outlet, followed here. Movements, settlement and corrections are JSON.
CREATE TABLE shifts (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    till_id BINARY(16),
    float_cash BIGINT NOT NULL,
    opened_by BINARY(16),
    opened_at BIGINT NOT NULL,
    movements LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    closed_by BINARY(16),
    closed_at BIGINT,
    settlement LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    note VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    corrections LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    revision INT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
