-- Not unique: MySQL's upsert would take another outlet's ticket with the same token for its own.
CREATE INDEX tickets_by_token ON tickets (token);
