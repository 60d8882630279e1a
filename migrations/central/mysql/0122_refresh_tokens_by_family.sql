CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
