-- Times are seconds since 1970 (UTC). Texts that can be long are packed (zstandard).
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    first_url TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    name TEXT,
    title TEXT NOT NULL DEFAULT '',
    link TEXT,
    rights TEXT NOT NULL DEFAULT '',
    feed_id TEXT NOT NULL DEFAULT '',
    feed_updated REAL,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    body_hash TEXT NOT NULL DEFAULT '',
    due_at REAL,
    retry_at REAL,
    polled_at REAL,
    success_at REAL,
    failing_since REAL,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    error_kind TEXT NOT NULL DEFAULT '',
    moved_to TEXT,
    moved_count INTEGER NOT NULL DEFAULT 0,
    gap REAL,
    newest REAL,
    removed_at REAL
);

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    uid TEXT NOT NULL UNIQUE,          -- the published id
    own_id TEXT NOT NULL,
    hash TEXT NOT NULL,                -- of the entry as it came
    link TEXT,
    link_key TEXT NOT NULL,
    text_key TEXT NOT NULL,
    title TEXT NOT NULL,
    first_seen REAL NOT NULL,
    published REAL,
    updated REAL,                      -- of the last material edit
    left_at REAL,                      -- when it left its source; null: still there
    head TEXT,                         -- the published id of the entry it duplicates
    why TEXT,                          -- how that was found (JSON)
    removed TEXT,                      -- what cleaning took out (JSON)
    content BLOB NOT NULL,             -- as cleaned, packed
    original BLOB NOT NULL             -- as it came, packed
);
CREATE INDEX entries_newest ON entries (source_id, first_seen);
CREATE INDEX entries_link ON entries (link_key) WHERE link_key <> '';
CREATE INDEX entries_text ON entries (text_key) WHERE text_key <> '';
CREATE INDEX entries_present ON entries (source_id) WHERE left_at IS NULL;
CREATE INDEX entries_head ON entries (head) WHERE head IS NOT NULL;

-- Everything an entry was ever known by; outlives the entry, so that nothing old comes back as new.
CREATE TABLE aliases (
    source_id INTEGER NOT NULL REFERENCES sources (id),
    alias TEXT NOT NULL,
    uid TEXT NOT NULL,
    seen_at REAL NOT NULL,
    PRIMARY KEY (source_id, alias)
);
CREATE INDEX aliases_uid ON aliases (uid);

CREATE TABLE outputs (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL,                 -- the feed's own id, made once
    title TEXT NOT NULL,
    made_at REAL NOT NULL,
    removed_at REAL,
    fingerprint TEXT NOT NULL DEFAULT '',   -- of the feeds.yaml it was last published or refused under
    refused TEXT NOT NULL DEFAULT ''   -- why its new version is held back
);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX events_at ON events (at);

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
