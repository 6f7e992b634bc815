-- How welcome we are: what is remembered of sources and hosts from poll to poll.
ALTER TABLE sources ADD COLUMN unmodified INTEGER NOT NULL DEFAULT 0;  -- answers of 304 in a row since the last whole document
ALTER TABLE sources ADD COLUMN whole_at REAL;                          -- when a whole document last came
ALTER TABLE sources ADD COLUMN rollovers INTEGER NOT NULL DEFAULT 0;   -- how often all its entries were replaced between two polls
ALTER TABLE sources ADD COLUMN haste REAL NOT NULL DEFAULT 1;          -- its adaptive interval is divided by this

-- Hosts (registrable domains) that refused us: 429, 503, or a Retry-After. Those that answer again are not kept.
CREATE TABLE hosts (
    name TEXT PRIMARY KEY,
    refusals INTEGER NOT NULL,         -- in a row
    until REAL NOT NULL,               -- it is left alone until then
    retry_at REAL                      -- it asked us not to come before
);
