CREATE INDEX jobs_by_due ON jobs (queue, available_at);
