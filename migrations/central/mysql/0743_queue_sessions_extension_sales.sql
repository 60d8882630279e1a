ALTER TABLE queue_sessions ADD COLUMN extension_sales LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
