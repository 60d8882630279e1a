-- The command after which the journal of an edge starts that this database had forgotten, as it said.
ALTER TABLE edges ADD COLUMN first_after BIGINT NOT NULL DEFAULT 0;
