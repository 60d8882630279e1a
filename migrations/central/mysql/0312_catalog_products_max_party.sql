-- For how many people at most, or null.
ALTER TABLE catalog_products ADD COLUMN max_party INT;
