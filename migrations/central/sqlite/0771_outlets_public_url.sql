-- Where the public finds central, as the outlet was told last.
ALTER TABLE outlets ADD COLUMN public_url TEXT;
