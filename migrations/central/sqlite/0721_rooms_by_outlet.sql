CREATE INDEX rooms_by_outlet ON rooms (outlet_id);
