-- What users have taken down, for ever: published ids (u:…) of an article and all its copies, and their links (l:…).
CREATE TABLE takedowns (
    key TEXT PRIMARY KEY,
    article TEXT NOT NULL,             -- what belongs together: the published id of the group, or the link that was named
    source_id INTEGER,                 -- whose entry it was; null for links
    title TEXT NOT NULL,
    because TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
