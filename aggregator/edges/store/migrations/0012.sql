-- Several programs at work on one store: who polls a source, which versions of it are news, who is there, what is published.
ALTER TABLE sources ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;      -- how often it was handed out; whoever polled it under a smaller number is too late
ALTER TABLE sources ADD COLUMN claimed_until REAL;                    -- it is being polled, or waits for that, until then at most; null: it is not
ALTER TABLE sources ADD COLUMN news INTEGER NOT NULL DEFAULT 0;       -- the number of the last change that outputs may show
CREATE INDEX sources_due ON sources (due_at) WHERE removed_at IS NULL;
CREATE INDEX sources_claimed ON sources (claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX sources_polled ON sources (polled_at);
CREATE INDEX sources_news ON sources (news);
CREATE TABLE nodes (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,                -- run or worker
    version TEXT NOT NULL,             -- of the program
    fingerprint TEXT NOT NULL,         -- of the feeds.yaml that it has read
    started_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    polls INTEGER NOT NULL,            -- since it started
    failures INTEGER NOT NULL          -- of them
) WITHOUT ROWID;
CREATE TABLE files (
    name TEXT PRIMARY KEY,             -- as it is called in the folder of outputs
    digest TEXT NOT NULL,
    published_at REAL NOT NULL,
    body BLOB NOT NULL                 -- packed
) WITHOUT ROWID;
