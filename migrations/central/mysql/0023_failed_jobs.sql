-- Work that was given up, with what it failed of; kept until somebody looks.
CREATE TABLE failed_jobs (
    id BINARY(16) NOT NULL,
    connection VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    queue VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    exception TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    attempts INT NOT NULL,
    failed_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
