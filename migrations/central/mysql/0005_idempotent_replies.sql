-- What an unsafe call was answered, told again to its repeat.
CREATE TABLE idempotent_replies (
    scope VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    idempotency_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status INT NOT NULL,
    body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
) ENGINE=InnoDB;
