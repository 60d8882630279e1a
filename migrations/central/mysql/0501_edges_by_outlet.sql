CREATE INDEX edges_by_outlet ON edges (outlet_id, status);
