ALTER TABLE remote_tickets ADD COLUMN phone TEXT;
