-- Where a product is offered; everywhere when it has no row.
CREATE TABLE catalog_product_locations (
    product_id BINARY(16) NOT NULL,
    location_id BINARY(16) NOT NULL,
    PRIMARY KEY (product_id, location_id)
) ENGINE=InnoDB;
