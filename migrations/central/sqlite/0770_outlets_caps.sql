-- JSON: cash that may be taken while the line is down, or null.
ALTER TABLE outlets ADD COLUMN caps TEXT;
