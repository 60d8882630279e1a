CREATE UNIQUE INDEX remote_tickets_by_token ON remote_tickets (token);
