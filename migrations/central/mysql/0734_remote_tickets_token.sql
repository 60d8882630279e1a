ALTER TABLE remote_tickets ADD COLUMN token VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
