CREATE INDEX activity_log_by_causer ON activity_log (causer_type, causer_id, created_at);
