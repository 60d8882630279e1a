-- Which ticks of which schedules were taken; one process takes each.
CREATE TABLE schedule_leases (
    name TEXT NOT NULL,
    tick INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (name, tick)
) STRICT;
