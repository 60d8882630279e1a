CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);
