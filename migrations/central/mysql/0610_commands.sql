-- What outlets did, as they said it, with what became of it.
CREATE TABLE commands (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    incarnation BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version INT NOT NULL,
    body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    edge_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    central_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    outcome VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    exceptions LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    given_at BIGINT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
