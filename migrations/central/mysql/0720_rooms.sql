-- What goes on in studios; owned by the outlet, followed here.
CREATE TABLE rooms (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    session_id BINARY(16),
    note VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    since BIGINT NOT NULL,
    revision INT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
