-- Work that was given up, with what it failed of; kept until somebody looks.
CREATE TABLE failed_jobs (
    id BLOB NOT NULL,
    connection TEXT NOT NULL,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    exception TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    failed_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
