-- What was sold, at the price on the receipt.
CREATE TABLE sale_lines (
    sale_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    product_id BLOB NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (sale_id, line)
) STRICT;
