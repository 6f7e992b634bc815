-- What is subscribed to at hubs (WebSub), by the last part of the callback's address.
CREATE TABLE subscriptions (
    token TEXT PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id),
    secret TEXT NOT NULL,
    callback TEXT NOT NULL,
    topic TEXT NOT NULL,
    hubs TEXT NOT NULL,                -- those that the source names (JSON)
    document TEXT NOT NULL,            -- where the source was read
    hub INTEGER NOT NULL,              -- which of the hubs is asked
    leaving INTEGER NOT NULL,
    try_at REAL NOT NULL,
    asked_at REAL,                     -- when that hub was asked; null: it answered, or was not asked
    failures INTEGER NOT NULL,
    error TEXT NOT NULL,
    live_since REAL,
    lease_until REAL,                  -- null: not live
    unconfirmed TEXT NOT NULL,         -- published ids of what was delivered and not seen in a poll yet (JSON)
    proofs INTEGER NOT NULL,
    lapses INTEGER NOT NULL
);
