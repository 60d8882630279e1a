CREATE INDEX sales_by_day ON sales (outlet_id, day);
