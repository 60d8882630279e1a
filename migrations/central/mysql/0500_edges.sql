-- The edge programs of outlets; at most one of an outlet is active.
CREATE TABLE edges (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    public_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    version VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    incarnation BIGINT NOT NULL,
    token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    next_token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    session_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    last_seq BIGINT NOT NULL,
    last_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    heartbeat LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    seen_at BIGINT,
    approved_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
