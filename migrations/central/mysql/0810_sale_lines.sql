-- What was sold, at the price on the receipt.
CREATE TABLE sale_lines (
    sale_id BINARY(16) NOT NULL,
    line INT NOT NULL,
    product_id BINARY(16) NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    category VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity INT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (sale_id, line)
) ENGINE=InnoDB;
