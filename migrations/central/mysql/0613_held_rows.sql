-- What a held command changed at its outlet: booked as it stands when central comes to other rows.
CREATE TABLE held_rows (
    command_id BINARY(16) NOT NULL,
    changes LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (command_id)
) ENGINE=InnoDB;
