-- Packets of a product with a photographer.
CREATE TABLE catalog_product_packets (
    product_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    price_display TEXT NOT NULL,
    price INTEGER NOT NULL,
    info TEXT,
    PRIMARY KEY (product_id, position)
) STRICT;
