ALTER TABLE remote_tickets ADD COLUMN phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
