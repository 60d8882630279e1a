-- The protocol it spoke when it last said hello; unknown until it has said hello to a program that asks.
ALTER TABLE edges ADD COLUMN protocol BIGINT;
