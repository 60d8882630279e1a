-- Who has which permission without a role.
CREATE TABLE model_has_permissions (
    permission_id BLOB NOT NULL,
    model_type TEXT NOT NULL,
    model_id BLOB NOT NULL,
    PRIMARY KEY (permission_id, model_id, model_type)
) STRICT;
