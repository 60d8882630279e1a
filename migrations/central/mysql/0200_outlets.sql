-- The shops of the chain; hours are JSON, Monday to Sunday.
CREATE TABLE outlets (
    id BINARY(16) NOT NULL,
    code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    city VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    address VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    location VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    zone VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day_starts_at INT NOT NULL,
    hours TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
