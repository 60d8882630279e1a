-- What a held command changed at its outlet: booked as it stands when central comes to other rows.
CREATE TABLE held_rows (
    command_id BLOB NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (command_id)
) STRICT;
