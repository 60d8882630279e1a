-- Which role gives which permission.
CREATE TABLE role_has_permissions (
    permission_id BLOB NOT NULL,
    role_id BLOB NOT NULL,
    PRIMARY KEY (permission_id, role_id)
) STRICT;
