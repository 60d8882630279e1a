-- Work that belongs together, and how far it is.
CREATE TABLE job_batches (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    total_jobs INT NOT NULL,
    pending_jobs INT NOT NULL,
    failed_jobs INT NOT NULL,
    failed_job_ids LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    options LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    cancelled_at BIGINT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
