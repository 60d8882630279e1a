-- Pictures of a product, by the name they are served under.
CREATE TABLE catalog_product_photos (
    product_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (product_id, position)
) STRICT;
