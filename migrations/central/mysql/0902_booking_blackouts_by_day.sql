CREATE INDEX booking_blackouts_by_day ON booking_blackouts (day, outlet_id);
