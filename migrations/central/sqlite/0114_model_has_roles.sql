-- Who has which role.
CREATE TABLE model_has_roles (
    role_id BLOB NOT NULL,
    model_type TEXT NOT NULL,
    model_id BLOB NOT NULL,
    PRIMARY KEY (role_id, model_id, model_type)
) STRICT;
