-- Which role gives which permission.
CREATE TABLE role_has_permissions (
    permission_id BINARY(16) NOT NULL,
    role_id BINARY(16) NOT NULL,
    PRIMARY KEY (permission_id, role_id)
) ENGINE=InnoDB;
