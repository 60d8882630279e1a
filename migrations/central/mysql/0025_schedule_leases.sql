-- Which ticks of which schedules were taken; one process takes each.
CREATE TABLE schedule_leases (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tick BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (name, tick)
) ENGINE=InnoDB;
