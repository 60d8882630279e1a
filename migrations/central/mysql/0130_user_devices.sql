-- Devices users signed in from.
CREATE TABLE user_devices (
    user_id BINARY(16) NOT NULL,
    device_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    user_agent VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ip_address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    sign_ins INT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, device_id)
) ENGINE=InnoDB;
