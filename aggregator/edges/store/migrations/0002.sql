ALTER TABLE entries ADD COLUMN page BLOB;                 -- as its page filled it, packed; null: no page did
ALTER TABLE entries ADD COLUMN page_at REAL;              -- when to ask for its page; null: not (any more)
ALTER TABLE entries ADD COLUMN page_tries INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entries_page ON entries (page_at) WHERE page_at IS NOT NULL;

-- What is learned of a source's boilerplate.
CREATE TABLE lessons (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id),
    memory BLOB NOT NULL,              -- counts of its blocks, packed; empty: none yet
    knowledge TEXT NOT NULL,           -- digest of what they prove; '': its stored entries are still to be learned from
    applied TEXT NOT NULL              -- digest of the knowledge and the policy that its stored entries were cleaned by
);
INSERT INTO lessons (source_id, memory, knowledge, applied)
SELECT id, x'', '', '' FROM sources WHERE id IN (SELECT source_id FROM entries);
