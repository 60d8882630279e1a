-- A place in the stream is taken once by each life of the edge: behind a backup two lives may both have worked on.
CREATE UNIQUE INDEX commands_by_place ON commands (outlet_id, seq, incarnation);
