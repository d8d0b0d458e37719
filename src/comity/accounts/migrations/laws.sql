-- Counts of guesses, shared by all processes. Lost after a crash, which only forgets guesses of the last minutes.
CREATE UNLOGGED TABLE accounts_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
-- Old counts are found by their age.
CREATE INDEX accounts_cache_by_age ON accounts_cache (expires);
