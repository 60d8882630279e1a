CREATE INDEX staff_grants_by_outlet ON staff_grants (outlet_id);
