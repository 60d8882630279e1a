CREATE INDEX catalog_products_by_category ON catalog_products (category, display_order);
