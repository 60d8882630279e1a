CREATE INDEX exceptions_by_outlet ON exceptions (outlet_id, created_at);
