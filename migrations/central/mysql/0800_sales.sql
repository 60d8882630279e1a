-- Cash sales; owned by the outlet, followed here.
CREATE TABLE sales (
    id BINARY(16) NOT NULL,
    outlet_id BINARY(16) NOT NULL,
    day CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    receipt INT NOT NULL,
    total BIGINT NOT NULL,
    tendered BIGINT NOT NULL,
    change_given BIGINT NOT NULL,
    ticket_id BINARY(16),
    session_id BINARY(16),
    catalog_version BIGINT NOT NULL,
    cashier_id BINARY(16),
    sold_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
