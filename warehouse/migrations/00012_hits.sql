-- The few verdicts and findings that most reports count, each in a narrow table
-- of their own: a report then reads a tenth of the rows. The feeds copy them
-- as the rows of facts come in, each with its write, so that what counts is
-- told as everywhere else.
DROP VIEW IF EXISTS {local}.hits_feed {on_cluster} SYNC;

DROP VIEW IF EXISTS {local}.highlights_feed {on_cluster} SYNC;

CREATE TABLE IF NOT EXISTS {local}.hits {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the verdict in its interaction, from 0' CODEC(ZSTD(1)),
    rule LowCardinality(String) COMMENT 'The rule' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Of the rule' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Of the rule, for people' CODEC(ZSTD(1)),
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    tags Array(LowCardinality(String)) COMMENT 'Of the rule' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, position)
COMMENT 'Verdicts that are hits, one row a verdict and write';

CREATE TABLE IF NOT EXISTS {local}.highlights {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the finding in its interaction, from 0' CODEC(ZSTD(1)),
    kind LowCardinality(String) COMMENT 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, or emotion.score of whole conversations' CODEC(ZSTD(1)),
    party LowCardinality(String) COMMENT 'Who said or caused it; empty: nobody in particular' CODEC(ZSTD(1)),
    value Float64 COMMENT 'A measure, in the unit that the kind documents' CODEC(ZSTD(1)),
    label String COMMENT 'What exactly' CODEC(ZSTD(1)),
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    start_ms Int64 COMMENT 'Where its first evidence begins' CODEC(T64, ZSTD(1)),
    end_ms Int64 COMMENT 'Where its first evidence ends' CODEC(T64, ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (kind, toDate32(started), interaction_id, position)
COMMENT 'Findings that sum a conversation up, one row a finding and write';

TRUNCATE TABLE {local}.hits {on_cluster};

TRUNCATE TABLE {local}.highlights {on_cluster};

-- exact
INSERT INTO {fill}.hits (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, rule, version, name, severity, tags)
SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, rule, version, name, severity, tags
FROM {fill}.verdicts
WHERE outcome = 'hit';

-- exact
INSERT INTO {fill}.highlights (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, kind, party, value, label, severity, start_ms, end_ms)
SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, kind, party, value, label, severity,
    "evidence.start_ms"[1], "evidence.end_ms"[1]
FROM {fill}.findings
WHERE kind IN ('complaint.cause', 'contact.reason', 'satisfaction', 'silence.long') OR (kind = 'emotion.score' AND label = 'overall');

CREATE MATERIALIZED VIEW {local}.hits_feed {on_cluster} TO {local}.hits
(
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    stored_at DateTime64(3, 'UTC') COMMENT 'When the row was written',
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    utc_offset_s Int32 COMMENT 'Offset of the sender''s clock from UTC, in seconds',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the verdict in its interaction, from 0',
    rule LowCardinality(String) COMMENT 'The rule',
    version LowCardinality(String) COMMENT 'Of the rule',
    name LowCardinality(String) COMMENT 'Of the rule, for people',
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical',
    tags Array(LowCardinality(String)) COMMENT 'Of the rule'
)
AS SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, rule, version, name, severity, tags
FROM {local}.verdicts
WHERE outcome = 'hit'
COMMENT 'Fills hits';

CREATE MATERIALIZED VIEW {local}.highlights_feed {on_cluster} TO {local}.highlights
(
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    stored_at DateTime64(3, 'UTC') COMMENT 'When the row was written',
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    utc_offset_s Int32 COMMENT 'Offset of the sender''s clock from UTC, in seconds',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the finding in its interaction, from 0',
    kind LowCardinality(String) COMMENT 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, or emotion.score of whole conversations',
    party LowCardinality(String) COMMENT 'Who said or caused it; empty: nobody in particular',
    value Float64 COMMENT 'A measure, in the unit that the kind documents',
    label String COMMENT 'What exactly',
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical',
    start_ms Int64 COMMENT 'Where its first evidence begins',
    end_ms Int64 COMMENT 'Where its first evidence ends'
)
AS SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, kind, party, value, label, severity,
    "evidence.start_ms"[1] AS start_ms, "evidence.end_ms"[1] AS end_ms
FROM {local}.findings
WHERE kind IN ('complaint.cause', 'contact.reason', 'satisfaction', 'silence.long') OR (kind = 'emotion.score' AND label = 'overall')
COMMENT 'Fills highlights';

CREATE OR REPLACE VIEW {db}.hits {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the verdict in its interaction, from 0',
    rule LowCardinality(String) COMMENT 'The rule',
    version LowCardinality(String) COMMENT 'Of the rule',
    name LowCardinality(String) COMMENT 'Of the rule, for people',
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical',
    tags Array(LowCardinality(String)) COMMENT 'Of the rule'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, write, channel, started, started + toIntervalSecond(utc_offset_s) AS started_local, queue, team, agent,
    position, rule, version, name, severity, tags
FROM {raw}.hits
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Verdicts that are hits, one row each: faster than to pick them from verdicts';

CREATE OR REPLACE VIEW {db}.highlights {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the finding in its interaction, from 0',
    kind LowCardinality(String) COMMENT 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, or emotion.score of whole conversations',
    party LowCardinality(String) COMMENT 'Who said or caused it; empty: nobody in particular',
    value Float64 COMMENT 'A measure, in the unit that the kind documents',
    label String COMMENT 'What exactly',
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical',
    start_ms Int64 COMMENT 'Where its first evidence begins',
    end_ms Int64 COMMENT 'Where its first evidence ends'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, write, channel, started, started + toIntervalSecond(utc_offset_s) AS started_local, queue, team, agent,
    position, kind, party, value, label, severity, start_ms, end_ms
FROM {raw}.highlights
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Findings that sum a conversation up, one row each: faster than to pick them from findings';
