-- Whether walk-ins are taken; owned by the outlet, followed here.
CREATE TABLE intakes (
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cap INT,
    message VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    adjust_minutes INT NOT NULL,
    since BIGINT NOT NULL,
    revision INT NOT NULL,
    PRIMARY KEY (outlet_id)
) ENGINE=InnoDB;
