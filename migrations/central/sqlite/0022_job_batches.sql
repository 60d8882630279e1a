-- Work that belongs together, and how far it is.
CREATE TABLE job_batches (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    total_jobs INTEGER NOT NULL,
    pending_jobs INTEGER NOT NULL,
    failed_jobs INTEGER NOT NULL,
    failed_job_ids TEXT NOT NULL,
    options TEXT NOT NULL,
    cancelled_at INTEGER,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
