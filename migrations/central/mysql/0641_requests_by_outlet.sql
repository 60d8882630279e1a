CREATE INDEX requests_by_outlet ON requests (outlet_id, state);
