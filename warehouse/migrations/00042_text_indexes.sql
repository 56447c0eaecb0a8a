-- The indexes that search uses, instead of those of 00011 and 00015: a fifth
-- smaller, and every piece of two characters or more is looked up instead of
-- looked for. Each index is of an expression that puts spaces around what it
-- knows: runs of Latin letters; of numbers and words with digits every three
-- characters; of other scripts every two. The expressions stand in search_terms.go,
-- too, and a query must repeat them letter by letter. A term is compared with the
-- text as well where its pieces do not say all, so that what is found is what
-- LIKE finds. A server that is too old for it searches without.
--
-- No name of an index may begin with another's: the engine (26.7) keeps tokens in
-- its memory under name and token without anything between.
-- optional
ALTER TABLE {local}.turns {on_cluster} ADD INDEX IF NOT EXISTS letters replaceRegexpAll(lower(text), '[^a-z]+', ' ') TYPE text(tokenizer = splitByNonAlpha);

-- optional
ALTER TABLE {local}.turns {on_cluster} ADD INDEX IF NOT EXISTS numbers arrayStringConcat(ngrams(concat(' ', arrayStringConcat(extractAll(lower(text), '[a-z]*[0-9][a-z0-9]*'), ' '), ' '), 3), ' ') TYPE text(tokenizer = splitByNonAlpha);

-- optional
ALTER TABLE {local}.turns {on_cluster} ADD INDEX IF NOT EXISTS pairs arrayStringConcat(ngrams(replaceRegexpAll(text, '[ -~]+', ' '), 2), ' ') TYPE text(tokenizer = splitByNonAlpha);

-- optional
ALTER TABLE {local}.turns {on_cluster} DROP INDEX IF EXISTS words;

-- optional
ALTER TABLE {local}.turns {on_cluster} DROP INDEX IF EXISTS latin_words;

-- optional
ALTER TABLE {local}.turns {on_cluster} MATERIALIZE INDEX letters;

-- optional
ALTER TABLE {local}.turns {on_cluster} MATERIALIZE INDEX numbers;

-- optional
ALTER TABLE {local}.turns {on_cluster} MATERIALIZE INDEX pairs;

-- A search asks these two instead of the view turns: to plan that takes longer
-- than to find nothing, and the engine reads ten times as much through it, since
-- it does not put off reading columns behind a subquery in a view.
CREATE OR REPLACE VIEW {db}.said {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    write UInt64 COMMENT 'The write the row belongs to',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    turn UInt32 COMMENT 'Number of the turn, from 0',
    party LowCardinality(String) COMMENT 'Who speaks: customer, agent, system or unknown',
    start_ms Int64 COMMENT 'When it begins, in milliseconds from the start of the conversation',
    text String COMMENT 'What was said or written, private data masked',
    "words.from" Array(Int64) COMMENT 'Recognised words: first byte of each in the text',
    "words.start_ms" Array(Int64) COMMENT 'Recognised words: when each begins'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, write, channel, started, queue, team, agent, turn, party, start_ms, text, "words.from", "words.start_ms"
FROM {raw}.turns
COMMENT 'Turns with those of older results, which superseded names: for searches; people want turns';

CREATE OR REPLACE VIEW {db}.superseded {on_cluster}
(
    write UInt64 COMMENT 'A write whose rows do not count'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT write
FROM {raw}.stale
COMMENT 'Writes whose rows do not count, until they are deleted: for searches';
