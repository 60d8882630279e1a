CREATE INDEX queue_sessions_by_day ON queue_sessions (outlet_id, day);
