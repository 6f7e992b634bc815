-- What the entries of each source's last document are known by before they are read.
CREATE TABLE stamps (
    source_id INTEGER NOT NULL REFERENCES sources (id),
    stamp TEXT NOT NULL,               -- digest of an entry's bytes and of what around them gives them their meaning
    hash TEXT NOT NULL,                -- of the entry that was read from them, as in entries.hash
    at REAL,                           -- its date, seconds since 1970; null: it has none
    PRIMARY KEY (source_id, stamp)
) WITHOUT ROWID;
