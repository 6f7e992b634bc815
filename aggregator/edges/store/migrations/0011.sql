-- What edits of entries corrected, and entries whose pages are asked for because they left their source early.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX corrections_uid ON corrections (uid);
CREATE INDEX corrections_at ON corrections (at);
CREATE TABLE missing (
    uid TEXT PRIMARY KEY,
    misses INTEGER NOT NULL,           -- how often its page was gone; -1: it was there, or nobody can tell
    asked_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX entries_left ON entries (left_at) WHERE left_at IS NOT NULL;
