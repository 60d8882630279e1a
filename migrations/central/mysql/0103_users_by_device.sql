CREATE INDEX users_by_device ON users (device_id);
