-- Since when each output shows an entry, when what it shows of it changed last, and when it left; by published id.
CREATE TABLE showings (
    output TEXT NOT NULL,
    uid TEXT NOT NULL,
    digest TEXT NOT NULL,              -- of the entry as it was shown last
    shown_at REAL NOT NULL,            -- for the first time
    changed_at REAL,                   -- null: never
    gone_at REAL,                      -- null: it is there
    PRIMARY KEY (output, uid)
) WITHOUT ROWID;
CREATE INDEX showings_gone ON showings (gone_at) WHERE gone_at IS NOT NULL;
