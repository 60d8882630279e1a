-- Where each topic of the feed stands; its row lock makes commit order number order.
CREATE TABLE feed_topics (
    topic TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;
