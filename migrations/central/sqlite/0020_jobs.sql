-- Work to be done later; whoever moves attempts forward holds it until reserved_until.
CREATE TABLE jobs (
    id BLOB NOT NULL,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    reserved_at INTEGER,
    reserved_until INTEGER,
    available_at INTEGER NOT NULL,
    batch_id BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
