-- Everybody with an account: customers, guests, resellers, staff, admins.
CREATE TABLE users (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    email VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    email_verified_at BIGINT,
    phone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    phone_verified_at BIGINT,
    password VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin,
    role VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    customer_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    is_guest TINYINT(1) NOT NULL,
    device_id VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    birth_date CHAR(10) CHARACTER SET ascii COLLATE ascii_bin,
    gender VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    city VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    referral_code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
    profile_completed_at BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB;
