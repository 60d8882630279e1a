CREATE INDEX sale_voids_by_shift ON sale_voids (shift_id);
