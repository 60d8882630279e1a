CREATE UNIQUE INDEX refresh_tokens_by_hash ON refresh_tokens (token_hash);
