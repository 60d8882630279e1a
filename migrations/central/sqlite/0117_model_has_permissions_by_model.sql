CREATE INDEX model_has_permissions_by_model ON model_has_permissions (model_id, model_type);
