CREATE UNIQUE INDEX catalog_locations_by_slug ON catalog_locations (slug);
