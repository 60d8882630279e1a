-- Pictures of a product, by the name they are served under.
CREATE TABLE catalog_product_photos (
    product_id BINARY(16) NOT NULL,
    position INT NOT NULL,
    file VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (product_id, position)
) ENGINE=InnoDB;
