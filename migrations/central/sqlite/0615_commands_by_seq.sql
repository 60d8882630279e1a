DROP INDEX commands_by_seq;
