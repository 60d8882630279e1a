-- What a product comes with, a line each.
CREATE TABLE catalog_product_features (
    product_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    take_photo TEXT,
    digital_copy TEXT,
    printed_sheet TEXT,
    duration TEXT,
    other TEXT,
    PRIMARY KEY (product_id, position)
) STRICT;
