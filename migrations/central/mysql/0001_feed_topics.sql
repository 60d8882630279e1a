-- Where each topic of the feed stands; its row lock makes commit order number order.
CREATE TABLE feed_topics (
    topic VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
) ENGINE=InnoDB;
