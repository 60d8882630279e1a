-- Who has which role.
CREATE TABLE model_has_roles (
    role_id BINARY(16) NOT NULL,
    model_type VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    model_id BINARY(16) NOT NULL,
    PRIMARY KEY (role_id, model_id, model_type)
) ENGINE=InnoDB;
