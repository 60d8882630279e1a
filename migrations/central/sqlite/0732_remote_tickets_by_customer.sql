CREATE INDEX remote_tickets_by_customer ON remote_tickets (customer_id, day);
