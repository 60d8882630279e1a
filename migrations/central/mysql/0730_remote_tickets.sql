-- Tickets joined from afar; owned here until their holder checks in.
CREATE TABLE remote_tickets (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    series VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number INT NOT NULL,
    product_id BINARY(16) NOT NULL,
    product_name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    category VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    minutes INT NOT NULL,
    party_size INT NOT NULL,
    customer_id BINARY(16) NOT NULL,
    holder VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
