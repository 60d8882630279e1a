-- JSON: cash that may be taken while the line is down, or null.
ALTER TABLE outlets ADD COLUMN caps LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
