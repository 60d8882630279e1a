-- Where each outlet stands in its stream of commands; its row lock is the outlet.
CREATE TABLE streams (
    outlet_id BLOB NOT NULL,
    incarnation INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    chain_hash TEXT NOT NULL,
    PRIMARY KEY (outlet_id)
) STRICT;
