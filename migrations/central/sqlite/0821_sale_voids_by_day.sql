CREATE INDEX sale_voids_by_day ON sale_voids (outlet_id, day);
