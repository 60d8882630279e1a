CREATE UNIQUE INDEX outlets_by_code ON outlets (code);
