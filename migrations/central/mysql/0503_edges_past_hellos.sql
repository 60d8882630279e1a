-- The last hellos that were taken, as a JSON list of hashes: one that arrives late is no copy's.
ALTER TABLE edges ADD COLUMN past_hellos LONGTEXT CHARACTER SET ascii COLLATE ascii_bin;
