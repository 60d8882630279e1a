CREATE INDEX remote_tickets_by_day ON remote_tickets (outlet_id, day);
