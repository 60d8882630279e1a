-- Staff who have signed in here before: after a day without central nobody signs in for the first time.
CREATE TABLE staff_known (
    staff    BLOB    NOT NULL PRIMARY KEY,
    first_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO staff_known (staff, first_at) SELECT staff, min(started_at) FROM staff_sessions GROUP BY staff;

-- When a count of wrong PINs began: a screen's are counted over a window.
ALTER TABLE pin_failures ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
