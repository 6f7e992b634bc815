-- What is still to be told to webhooks; `hook` stands for an address.
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    hook TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at REAL NOT NULL,
    tries INTEGER NOT NULL,
    try_at REAL NOT NULL,
    error TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX messages_hook ON messages (hook, made_at);
