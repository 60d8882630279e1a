-- JSON: the slot of a booking, and from when on it goes before walk-ins; or null.
ALTER TABLE tickets ADD COLUMN slot TEXT;
