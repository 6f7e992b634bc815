-- What is learned of when a source publishes, packed; null: nothing yet.
ALTER TABLE sources ADD COLUMN rhythm BLOB;
ALTER TABLE sources ADD COLUMN window_size INTEGER NOT NULL DEFAULT 0;   -- entries that its document shows; 0: not known
