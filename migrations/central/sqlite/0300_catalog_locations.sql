-- Where thematic products are offered; the slug is made from the name.
CREATE TABLE catalog_locations (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
