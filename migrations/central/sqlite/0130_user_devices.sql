-- Devices users signed in from.
CREATE TABLE user_devices (
    user_id BLOB NOT NULL,
    device_id TEXT NOT NULL,
    user_agent TEXT,
    ip_address TEXT,
    sign_ins INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, device_id)
) STRICT;
