-- One-time codes an edge enrols with.
CREATE TABLE edge_codes (
    code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by BINARY(16),
    PRIMARY KEY (code_hash)
) ENGINE=InnoDB;
