-- Sales taken back; at most one for each.
CREATE TABLE sale_voids (
    sale_id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount BIGINT NOT NULL,
    reason VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    command_id BINARY(16) NOT NULL,
    voided_by BINARY(16),
    voided_at BIGINT NOT NULL,
    PRIMARY KEY (sale_id)
) ENGINE=InnoDB;
