-- Work to be done later; whoever moves attempts forward holds it until reserved_until.
CREATE TABLE jobs (
    id BINARY(16) NOT NULL,
    queue VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    attempts INT NOT NULL,
    reserved_at BIGINT,
    reserved_until BIGINT,
    available_at BIGINT NOT NULL,
    batch_id BINARY(16),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
