CREATE UNIQUE INDEX edges_by_key ON edges (public_key);
