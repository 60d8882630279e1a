CREATE INDEX idempotent_replies_by_age ON idempotent_replies (made_at);
