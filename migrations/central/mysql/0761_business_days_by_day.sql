CREATE INDEX business_days_by_day ON business_days (outlet_id, day);
