ALTER TABLE sale_voids ADD COLUMN shift_id BINARY(16);
