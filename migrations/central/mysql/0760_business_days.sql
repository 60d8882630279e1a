-- Business days that were closed; owned by the outlet, followed here.
CREATE TABLE business_days (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    closed_at BIGINT NOT NULL,
    closed_by BINARY(16),
    forgotten TINYINT(1) NOT NULL,
    ended INT NOT NULL,
    told LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    revision INT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
