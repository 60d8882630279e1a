CREATE INDEX studios_by_outlet ON studios (outlet_id, position);
