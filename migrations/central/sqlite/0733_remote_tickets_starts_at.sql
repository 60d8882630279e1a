ALTER TABLE remote_tickets ADD COLUMN starts_at INTEGER;
