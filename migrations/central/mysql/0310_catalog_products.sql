-- What the chain sells.
CREATE TABLE catalog_products (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    category VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    price_display VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    info TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    variant_text VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    people VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    display_order INT NOT NULL,
    price BIGINT NOT NULL,
    retail_group VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    duration_minutes INT NOT NULL,
    active TINYINT(1) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
