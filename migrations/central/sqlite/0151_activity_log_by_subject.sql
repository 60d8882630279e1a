CREATE INDEX activity_log_by_subject ON activity_log (subject_type, subject_id, created_at);
