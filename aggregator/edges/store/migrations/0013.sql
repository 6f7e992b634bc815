-- Programs at work on one store know of each other's articles at once how common their words are.
ALTER TABLE vocabulary ADD COLUMN upto INTEGER NOT NULL DEFAULT 0;    -- the number of the last article that is counted in it
CREATE TABLE taught (
    id INTEGER PRIMARY KEY,            -- the number of an article
    words BLOB NOT NULL,               -- its words; two bytes each
    told BLOB NOT NULL                 -- those that its story had before
);
