-- Where a product is offered; everywhere when it has no row.
CREATE TABLE catalog_product_locations (
    product_id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    PRIMARY KEY (product_id, location_id)
) STRICT;
