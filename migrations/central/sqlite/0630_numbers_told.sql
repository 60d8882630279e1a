-- Every number told to a person; none is told twice.
CREATE TABLE numbers_told (
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    row_id BLOB NOT NULL,
    PRIMARY KEY (outlet_id, day, series, number)
) STRICT;
