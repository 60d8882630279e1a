-- JSON: the slot of a booking, and from when on it goes before walk-ins; or null.
ALTER TABLE tickets ADD COLUMN slot LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
