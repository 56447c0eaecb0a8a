-- The index that search uses. The tokenizer takes each Chinese character and
-- each word of other scripts for itself; LIKE on lower(text) is answered from
-- the index's dictionary and checked against the text, so that it finds what
-- it finds without. A server that is too old for it searches without.
-- optional
ALTER TABLE {local}.turns {on_cluster} ADD INDEX IF NOT EXISTS words lower(text) TYPE text(tokenizer = asciiCJK);

-- optional
ALTER TABLE {local}.turns {on_cluster} MATERIALIZE INDEX words;
