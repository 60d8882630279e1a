CREATE UNIQUE INDEX roles_by_name ON roles (name, guard_name);
