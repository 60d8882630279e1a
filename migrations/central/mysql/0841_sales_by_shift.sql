CREATE INDEX sales_by_shift ON sales (shift_id);
