-- Duplicates and stories. What is compared lives beside the entries and is bounded by a window.
DROP INDEX entries_text;
ALTER TABLE entries DROP COLUMN text_key;
ALTER TABLE entries ADD COLUMN judged TEXT;               -- the published id that it was found to duplicate; in `head` a user's verdict comes first
ALTER TABLE entries ADD COLUMN story TEXT;                -- the id of its story
ALTER TABLE entries ADD COLUMN words INTEGER NOT NULL DEFAULT 0;   -- of its text
ALTER TABLE entries ADD COLUMN backlog INTEGER;           -- its place among what its source brought when it was new, the newest 0; null: came later
ALTER TABLE entries ADD COLUMN held_until REAL;           -- came with a mass change, and is not published before
UPDATE entries SET judged = head;
CREATE INDEX entries_story ON entries (story) WHERE story IS NOT NULL;
CREATE INDEX entries_held ON entries (held_until) WHERE held_until IS NOT NULL;
CREATE INDEX entries_seen ON entries (first_seen);
ALTER TABLE sources ADD COLUMN held_until REAL;           -- a mass change is held until then

-- By what entries of the window are compared, and found.
CREATE TABLE sketches (
    entry_id INTEGER PRIMARY KEY REFERENCES entries (id),
    sketch BLOB NOT NULL
);
CREATE TABLE sketch_keys (
    key INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    PRIMARY KEY (key, entry_id)
) WITHOUT ROWID;

-- Stories that may still grow, and the words they are found by.
CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,          -- the published id of its first entry
    at REAL NOT NULL,                  -- when it last grew
    topic BLOB NOT NULL
);
CREATE INDEX stories_at ON stories (at);
CREATE TABLE story_keys (
    key INTEGER NOT NULL,
    story_id INTEGER NOT NULL,
    PRIMARY KEY (key, story_id)
) WITHOUT ROWID;
CREATE INDEX story_keys_story ON story_keys (story_id);
CREATE TABLE vocabulary (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    counts BLOB NOT NULL               -- how many articles had each word
);

-- What resembles another entry, but not surely enough to be merged.
CREATE TABLE pairs (
    uid TEXT NOT NULL,
    other TEXT NOT NULL,
    confidence TEXT NOT NULL,
    why TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (uid, other)
);
CREATE INDEX pairs_at ON pairs (at);

-- What users said of two entries, for ever. `origin`: command or feeds.yaml; entries are named by published id or by link.
CREATE TABLE decisions (
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    verdict TEXT NOT NULL,
    origin TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (one, other, origin)
);
CREATE INDEX decisions_other ON decisions (other);
