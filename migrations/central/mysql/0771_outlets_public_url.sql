-- Where the public finds central, as the outlet was told last.
ALTER TABLE outlets ADD COLUMN public_url VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin;
