CREATE INDEX tickets_by_customer ON tickets (customer_id, issued_at);
