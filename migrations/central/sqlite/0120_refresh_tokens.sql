-- Refresh tokens; those of one sign-in are a family, each the successor of the one before.
CREATE TABLE refresh_tokens (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    family BLOB NOT NULL,
    token_hash TEXT NOT NULL,
    device_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    successor_id BLOB,
    revoked_at INTEGER,
    PRIMARY KEY (id)
) STRICT;
