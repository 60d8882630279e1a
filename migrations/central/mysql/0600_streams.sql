-- Where each outlet stands in its stream of commands; its row lock is the outlet.
CREATE TABLE streams (
    outlet_id BINARY(16) NOT NULL,
    incarnation BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    chain_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (outlet_id)
) ENGINE=InnoDB;
