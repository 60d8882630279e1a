-- Tokens of copies of the edge that were turned away, as a JSON list of hashes.
ALTER TABLE edges ADD COLUMN copies LONGTEXT CHARACTER SET ascii COLLATE ascii_bin;
