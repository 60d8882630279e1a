CREATE UNIQUE INDEX users_by_phone ON users (phone);
