-- Turns in small pieces. What a search shows are rows far apart, and the engine
-- reads a whole granule of each and unpacks a whole block of each column: 50 rows
-- of 12 columns took 40 to 60 ms, 15 to 20 in granules of 512 rows and blocks of
-- 8 KB (10 million turns). To see when each turn was said takes a third.
-- Other codecs save nearly what that costs: 15.5 bytes a turn became 17.
--
-- The table is copied month by month, and takes room twice meanwhile. What others
-- write while it is copied comes along through the feed.
DROP VIEW IF EXISTS {local}.turns_next_feed {on_cluster} SYNC;

DROP TABLE IF EXISTS {local}.turns_next {on_cluster} SYNC;

CREATE TABLE {local}.turns_next {on_cluster}
(
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by' CODEC(ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    stored_at DateTime64(3, 'UTC') COMMENT 'When the row was written' CODEC(Delta, ZSTD(1)),
    interaction_id String COMMENT 'The interaction' CODEC(ZSTD(3)) SETTINGS (min_compress_block_size = 8192),
    revision UInt64 COMMENT 'Of the record it came from' CODEC(Delta, ZSTD(1)),
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre' CODEC(ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began' CODEC(Delta, ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    utc_offset_s Int32 COMMENT 'Offset of the sender''s clock from UTC, in seconds' CODEC(ZSTD(1)),
    queue LowCardinality(String) COMMENT 'The queue it came in on' CODEC(ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    team LowCardinality(String) COMMENT 'The agent''s team' CODEC(ZSTD(1)),
    agent LowCardinality(String) COMMENT 'The agent' CODEC(ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    turn UInt32 COMMENT 'Number of the turn, from 0' CODEC(Delta, ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    party LowCardinality(String) COMMENT 'Who speaks: customer, agent, system or unknown' CODEC(ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    start_ms Int64 COMMENT 'When it begins, in milliseconds from the start of the conversation' CODEC(T64, ZSTD(1)) SETTINGS (min_compress_block_size = 8192),
    end_ms Int64 COMMENT 'When it ends' CODEC(T64, ZSTD(1)),
    text String COMMENT 'What was said or written, private data masked' CODEC(ZSTD(5)) SETTINGS (min_compress_block_size = 81920, max_compress_block_size = 163840),
    language LowCardinality(String) COMMENT 'BCP 47 tag, where it was found for the turn' CODEC(ZSTD(1)),
    confidence Float64 COMMENT 'Mean probability of its words, 0 to 1; 0: not known, as for text' CODEC(ZSTD(3)),
    no_speech Float64 COMMENT 'Probability that nobody spoke, 0 to 1' CODEC(ZSTD(3)),
    loudness_db Nullable(Float64) COMMENT 'Mean level of the voiced parts, in dB below full scale; NULL: not measured' CODEC(ZSTD(3)),
    pitch_hz Float64 COMMENT 'Median fundamental frequency; 0: none found' CODEC(ZSTD(1)),
    voiced Float64 COMMENT 'Share of the turn with a pitch, 0 to 1' CODEC(ZSTD(3)),
    pace Float64 COMMENT 'Chinese characters or English words a minute' CODEC(ZSTD(1)),
    "words.from" Array(Int64) COMMENT 'Recognised words: first byte of each in the text' CODEC(T64, ZSTD(1)),
    "words.to" Array(Int64) COMMENT 'Recognised words: byte after the last of each' CODEC(T64, ZSTD(1)),
    "words.start_ms" Array(Int64) COMMENT 'Recognised words: when each begins' CODEC(Delta, ZSTD(1)),
    "words.end_ms" Array(Int64) COMMENT 'Recognised words: when each ends' CODEC(Delta, ZSTD(1)),
    "words.confidence" Array(Float64) COMMENT 'Recognised words: probability of each, 0 to 1' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, turn)
SETTINGS index_granularity = 512
COMMENT 'What was said, one row a turn and write';

-- As in 00042.
-- optional
ALTER TABLE {local}.turns_next {on_cluster} ADD INDEX IF NOT EXISTS letters replaceRegexpAll(lower(text), '[^a-z]+', ' ') TYPE text(tokenizer = splitByNonAlpha);

-- optional
ALTER TABLE {local}.turns_next {on_cluster} ADD INDEX IF NOT EXISTS numbers arrayStringConcat(ngrams(concat(' ', arrayStringConcat(extractAll(lower(text), '[a-z]*[0-9][a-z0-9]*'), ' '), ' '), 3), ' ') TYPE text(tokenizer = splitByNonAlpha);

-- optional
ALTER TABLE {local}.turns_next {on_cluster} ADD INDEX IF NOT EXISTS pairs arrayStringConcat(ngrams(replaceRegexpAll(text, '[ -~]+', ' '), 2), ' ') TYPE text(tokenizer = splitByNonAlpha);

CREATE MATERIALIZED VIEW {local}.turns_next_feed {on_cluster} TO {local}.turns_next
AS SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, turn, party, start_ms, end_ms, text, language,
    confidence, no_speech, loudness_db, pitch_hz, voiced, pace, "words.from", "words.to", "words.start_ms", "words.end_ms", "words.confidence"
FROM {local}.turns
COMMENT 'Fills turns_next';

-- exact
INSERT INTO {fill}.turns_next (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, turn, party, start_ms, end_ms, text, language, confidence, no_speech, loudness_db, pitch_hz, voiced, pace, "words.from", "words.to", "words.start_ms", "words.end_ms", "words.confidence")
SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, turn, party, start_ms, end_ms, text, language,
    confidence, no_speech, loudness_db, pitch_hz, voiced, pace, "words.from", "words.to", "words.start_ms", "words.end_ms", "words.confidence"
FROM {fill}.turns;

{settled};

EXCHANGE TABLES {local}.turns AND {local}.turns_next {on_cluster};

DROP VIEW {local}.turns_next_feed {on_cluster} SYNC;

DROP TABLE {local}.turns_next {on_cluster} SYNC;

DROP TABLE IF EXISTS {raw}.turns_next {on_cluster} SYNC;

CREATE OR REPLACE VIEW {db}.undecided {on_cluster}
(
    write UInt64 COMMENT 'A write that competes with another, or did of late'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT write
FROM {raw}.unsettled
COMMENT 'Writes of the last hours and those they compete with, counting or not: for searches';
