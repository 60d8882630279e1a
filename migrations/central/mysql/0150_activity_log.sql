-- Who did what, before and after; written in the transaction that did it.
CREATE TABLE activity_log (
    id BINARY(16) NOT NULL,
    log_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    description TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    subject_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    subject_id BINARY(16),
    event VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    causer_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    causer_id BINARY(16),
    attribute_changes LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    properties LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
