-- Rooms of an outlet, as central defines them; serves is a JSON list of categories.
CREATE TABLE studios (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    position INT NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    serves TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
