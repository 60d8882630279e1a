CREATE INDEX commands_by_outcome ON commands (outlet_id, outcome, seq);
