-- Wrong passwords in a row, by the SHA-256 of the login they were tried on.
CREATE TABLE sign_in_failures (
    login_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    failures INT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (login_hash)
) ENGINE=InnoDB;
