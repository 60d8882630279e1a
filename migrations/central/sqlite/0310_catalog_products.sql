-- What the chain sells.
CREATE TABLE catalog_products (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price_display TEXT NOT NULL,
    info TEXT,
    variant_text TEXT,
    people TEXT,
    display_order INTEGER NOT NULL,
    price INTEGER NOT NULL,
    retail_group TEXT,
    duration_minutes INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
