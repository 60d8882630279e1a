CREATE UNIQUE INDEX commands_by_seq ON commands (outlet_id, seq);
