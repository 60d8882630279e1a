-- Sessions in studios; owned by the outlet, followed here.
CREATE TABLE queue_sessions (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ticket_id BINARY(16) NOT NULL,
    studio_id BINARY(16) NOT NULL,
    product_id BINARY(16) NOT NULL,
    state VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    minutes INT NOT NULL,
    extended_minutes INT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    revision INT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
