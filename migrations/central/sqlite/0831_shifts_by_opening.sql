CREATE INDEX shifts_by_opening ON shifts (outlet_id, opened_at);
