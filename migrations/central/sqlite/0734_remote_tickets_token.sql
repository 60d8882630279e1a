ALTER TABLE remote_tickets ADD COLUMN token TEXT;
