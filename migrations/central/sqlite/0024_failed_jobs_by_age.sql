CREATE INDEX failed_jobs_by_age ON failed_jobs (failed_at);
