-- Conversations in short. The columns are for people; the column whole is what
-- reading an interaction back needs.

CREATE TABLE IF NOT EXISTS {local}.summaries {on_cluster}
(
    {head}
    method LowCardinality(String) COMMENT 'extractive: sentences of the conversation itself; llm' CODEC(ZSTD(1)),
    reason LowCardinality(String) COMMENT 'Why the customer was in touch, such as delivery/late' CODEC(ZSTD(1)),
    cause LowCardinality(String) COMMENT 'For complaints branch, field and cause, such as process/delivery/late' CODEC(ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'resolved, follow_up or unresolved; empty: not known' CODEC(ZSTD(1)),
    text String COMMENT 'The summary, a sentence a line' CODEC(ZSTD(3)),
    "promises.party" Array(LowCardinality(String)) COMMENT 'Promises: who made each' CODEC(ZSTD(1)),
    "promises.action" Array(LowCardinality(String)) COMMENT 'Promises: of what, such as callback or refund' CODEC(ZSTD(1)),
    "promises.text" Array(String) COMMENT 'Promises: in the words of the conversation' CODEC(ZSTD(1)),
    "promises.due" Array(Nullable(DateTime64(3, 'UTC'))) COMMENT 'Promises: by when; null: no time was given' CODEC(ZSTD(1)),
    whole String COMMENT 'The whole summary with its citations, as JSON' CODEC(ZSTD(3)),
    by_name LowCardinality(String) COMMENT 'What made it: name' CODEC(ZSTD(1)),
    by_version LowCardinality(String) COMMENT 'What made it: version' CODEC(ZSTD(1)),
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id)
COMMENT 'Summaries, one row a conversation and write';

CREATE OR REPLACE VIEW {db}.summaries {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    method LowCardinality(String) COMMENT 'extractive: sentences of the conversation itself; llm',
    reason LowCardinality(String) COMMENT 'Why the customer was in touch, such as delivery/late',
    cause LowCardinality(String) COMMENT 'For complaints branch, field and cause, such as process/delivery/late',
    outcome LowCardinality(String) COMMENT 'resolved, follow_up or unresolved; empty: not known',
    text String COMMENT 'The summary, a sentence a line',
    "promises.party" Array(LowCardinality(String)) COMMENT 'Promises: who made each',
    "promises.action" Array(LowCardinality(String)) COMMENT 'Promises: of what, such as callback or refund',
    "promises.text" Array(String) COMMENT 'Promises: in the words of the conversation',
    "promises.due" Array(Nullable(DateTime64(3, 'UTC'))) COMMENT 'Promises: by when; null: no time was given',
    by_name LowCardinality(String) COMMENT 'What made it: name',
    by_version LowCardinality(String) COMMENT 'What made it: version',
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    write,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    method,
    reason,
    cause,
    outcome,
    text,
    "promises.party",
    "promises.action",
    "promises.text",
    "promises.due",
    by_name,
    by_version,
    by_hash
FROM {raw}.summaries
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Summaries, one row a conversation';
