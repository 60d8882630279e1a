-- Packets of a product with a photographer.
CREATE TABLE catalog_product_packets (
    product_id BINARY(16) NOT NULL,
    position INT NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    price_display VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    price BIGINT NOT NULL,
    info TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    PRIMARY KEY (product_id, position)
) ENGINE=InnoDB;
