-- When outlet and central were last compared, row by row.
CREATE TABLE digests (
    outlet_id BINARY(16) NOT NULL,
    edge_id BINARY(16) NOT NULL,
    seq BIGINT NOT NULL,
    chain_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    since VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin,
    row_count BIGINT NOT NULL,
    differing BIGINT NOT NULL,
    held BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    PRIMARY KEY (outlet_id)
) ENGINE=InnoDB;
