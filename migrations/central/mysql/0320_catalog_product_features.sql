-- What a product comes with, a line each.
CREATE TABLE catalog_product_features (
    product_id BINARY(16) NOT NULL,
    position INT NOT NULL,
    take_photo VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    digital_copy VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    printed_sheet VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    duration VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    other VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    PRIMARY KEY (product_id, position)
) ENGINE=InnoDB;
