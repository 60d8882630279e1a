-- Sales taken back; at most one for each.
CREATE TABLE sale_voids (
    sale_id BLOB NOT NULL,
    outlet_id BLOB NOT NULL,
    day TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reason TEXT NOT NULL,
    command_id BLOB NOT NULL,
    voided_by BLOB,
    voided_at INTEGER NOT NULL,
    PRIMARY KEY (sale_id)
) STRICT;
