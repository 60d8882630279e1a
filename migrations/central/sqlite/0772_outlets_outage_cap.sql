-- Cash that may be taken over a whole outage, in rupiah, or null.
ALTER TABLE outlets ADD COLUMN outage_cap INTEGER;
