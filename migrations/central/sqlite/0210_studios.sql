-- Rooms of an outlet, as central defines them; serves is a JSON list of categories.
CREATE TABLE studios (
    id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    serves TEXT NOT NULL,
    PRIMARY KEY (id)
) STRICT;
