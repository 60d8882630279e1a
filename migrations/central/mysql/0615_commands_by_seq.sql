DROP INDEX commands_by_seq ON commands;
