CREATE UNIQUE INDEX permissions_by_name ON permissions (name, guard_name);
