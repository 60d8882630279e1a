CREATE INDEX model_has_roles_by_model ON model_has_roles (model_id, model_type);
