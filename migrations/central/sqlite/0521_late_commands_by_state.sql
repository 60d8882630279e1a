CREATE INDEX late_commands_by_state ON late_commands (state, outlet_id, seq);
