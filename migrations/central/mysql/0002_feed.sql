-- Rows central owns, as they changed; body is null where the row was deleted.
CREATE TABLE feed (
    topic VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number BIGINT NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    row_id BINARY(16) NOT NULL,
    body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (topic, number)
) ENGINE=InnoDB;
