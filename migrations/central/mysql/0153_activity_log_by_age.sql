CREATE INDEX activity_log_by_age ON activity_log (created_at);
