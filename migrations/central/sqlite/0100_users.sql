-- Everybody with an account: customers, guests, resellers, staff, admins.
CREATE TABLE users (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    email_verified_at INTEGER,
    phone TEXT,
    phone_verified_at INTEGER,
    password TEXT,
    role TEXT NOT NULL,
    customer_type TEXT NOT NULL,
    is_guest INTEGER NOT NULL,
    device_id TEXT,
    birth_date TEXT,
    gender TEXT,
    city TEXT,
    referral_code TEXT,
    profile_completed_at INTEGER,
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT;
