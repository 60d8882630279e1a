ALTER TABLE sale_lines ADD COLUMN packet TEXT;
