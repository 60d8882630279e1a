CREATE INDEX user_devices_by_device ON user_devices (device_id);
