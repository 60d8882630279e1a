-- Which token it was given last, counted: one with a higher number shows that this database was set back.
ALTER TABLE edges ADD COLUMN token_no BIGINT NOT NULL DEFAULT 0;
