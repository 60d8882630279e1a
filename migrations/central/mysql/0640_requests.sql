-- Wishes about rows an outlet owns, and how far they are.
CREATE TABLE requests (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    subject_id BINARY(16) NOT NULL,
    wish LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    asked_by LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    asked_at BIGINT NOT NULL,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    answered_at BIGINT,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
