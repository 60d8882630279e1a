CREATE INDEX tickets_by_day ON tickets (outlet_id, day, state);
