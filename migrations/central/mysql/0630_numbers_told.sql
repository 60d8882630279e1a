-- Every number told to a person; none is told twice.
CREATE TABLE numbers_told (
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    series VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number INT NOT NULL,
    row_id BINARY(16) NOT NULL,
    PRIMARY KEY (outlet_id, day, series, number)
) ENGINE=InnoDB;
