ALTER TABLE queue_sessions ADD COLUMN extension_sales TEXT;
