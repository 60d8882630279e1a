-- The shops of the chain; hours are JSON, Monday to Sunday.
CREATE TABLE outlets (
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    address TEXT NOT NULL,
    location TEXT NOT NULL,
    zone TEXT NOT NULL,
    day_starts_at INTEGER NOT NULL,
    hours TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
