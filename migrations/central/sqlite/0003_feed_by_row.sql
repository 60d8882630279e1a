CREATE INDEX feed_by_row ON feed (topic, kind, row_id, number);
