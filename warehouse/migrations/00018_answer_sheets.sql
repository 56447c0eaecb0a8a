-- Each filled in scorecard in one row, with the questions that applied and those
-- that failed: reports count them without reading twenty rows a conversation.
DROP VIEW IF EXISTS {local}.answer_sheets_feed {on_cluster} SYNC;

CREATE TABLE IF NOT EXISTS {local}.answer_sheets {on_cluster}
(
    {head}
    scorecard_position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    scorecard LowCardinality(String) COMMENT 'The scorecard' CODEC(ZSTD(1)),
    "asked.question" Array(LowCardinality(String)) COMMENT 'Questions that were passed or failed' CODEC(ZSTD(1)),
    "asked.section" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: section of each' CODEC(ZSTD(1)),
    "asked.rule" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: the rule that answered each' CODEC(ZSTD(1)),
    "failed.question" Array(LowCardinality(String)) COMMENT 'Questions that were failed' CODEC(ZSTD(1)),
    "failed.section" Array(LowCardinality(String)) COMMENT 'Questions failed: section of each' CODEC(ZSTD(1)),
    "failed.rule" Array(LowCardinality(String)) COMMENT 'Questions failed: the rule that answered each' CODEC(ZSTD(1)),
    "failed.lost" Array(Float64) COMMENT 'Questions failed: points that each cost' CODEC(ZSTD(1)),
    "failed.auto_fail" Array(Bool) COMMENT 'Questions failed: whether it failed the whole scorecard' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, scorecard_position)
COMMENT 'Scorecards with what they asked, one row a scorecard and write';

TRUNCATE TABLE {local}.answer_sheets {on_cluster};

-- exact
INSERT INTO {fill}.answer_sheets (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, scorecard_position, scorecard, "asked.question", "asked.section", "asked.rule", "failed.question", "failed.section", "failed.rule", "failed.lost", "failed.auto_fail")
SELECT write, any(stored_at) AS stored_at, any(interaction_id) AS interaction_id, any(revision) AS revision, any(channel) AS channel, started, any(utc_offset_s) AS utc_offset_s, any(queue) AS queue, any(team) AS team, any(agent) AS agent, scorecard_position, any(scorecard) AS scorecard,
    groupArrayIf(question, answer IN ('pass', 'fail')) AS "asked.question",
    groupArrayIf(section, answer IN ('pass', 'fail')) AS "asked.section",
    groupArrayIf(rule, answer IN ('pass', 'fail')) AS "asked.rule",
    groupArrayIf(question, answer = 'fail') AS "failed.question",
    groupArrayIf(section, answer = 'fail') AS "failed.section",
    groupArrayIf(rule, answer = 'fail') AS "failed.rule",
    groupArrayIf(possible - points, answer = 'fail') AS "failed.lost",
    groupArrayIf(auto_fail, answer = 'fail') AS "failed.auto_fail"
FROM {fill}.score_items
GROUP BY write, started, scorecard_position;

CREATE MATERIALIZED VIEW {local}.answer_sheets_feed {on_cluster} TO {local}.answer_sheets
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
    scorecard_position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0',
    scorecard LowCardinality(String) COMMENT 'The scorecard',
    "asked.question" Array(LowCardinality(String)) COMMENT 'Questions that were passed or failed',
    "asked.section" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: section of each',
    "asked.rule" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: the rule that answered each',
    "failed.question" Array(LowCardinality(String)) COMMENT 'Questions that were failed',
    "failed.section" Array(LowCardinality(String)) COMMENT 'Questions failed: section of each',
    "failed.rule" Array(LowCardinality(String)) COMMENT 'Questions failed: the rule that answered each',
    "failed.lost" Array(Float64) COMMENT 'Questions failed: points that each cost',
    "failed.auto_fail" Array(Bool) COMMENT 'Questions failed: whether it failed the whole scorecard'
)
AS SELECT write, any(stored_at) AS stored_at, any(interaction_id) AS interaction_id, any(revision) AS revision, any(channel) AS channel, started, any(utc_offset_s) AS utc_offset_s, any(queue) AS queue, any(team) AS team, any(agent) AS agent, scorecard_position, any(scorecard) AS scorecard,
    groupArrayIf(question, answer IN ('pass', 'fail')) AS "asked.question",
    groupArrayIf(section, answer IN ('pass', 'fail')) AS "asked.section",
    groupArrayIf(rule, answer IN ('pass', 'fail')) AS "asked.rule",
    groupArrayIf(question, answer = 'fail') AS "failed.question",
    groupArrayIf(section, answer = 'fail') AS "failed.section",
    groupArrayIf(rule, answer = 'fail') AS "failed.rule",
    groupArrayIf(possible - points, answer = 'fail') AS "failed.lost",
    groupArrayIf(auto_fail, answer = 'fail') AS "failed.auto_fail"
FROM {local}.score_items
GROUP BY write, started, scorecard_position
COMMENT 'Fills answer_sheets';

CREATE OR REPLACE VIEW {db}.answer_sheets {on_cluster}
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
    scorecard_position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0',
    scorecard LowCardinality(String) COMMENT 'The scorecard',
    "asked.question" Array(LowCardinality(String)) COMMENT 'Questions that were passed or failed',
    "asked.section" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: section of each',
    "asked.rule" Array(LowCardinality(String)) COMMENT 'Questions passed or failed: the rule that answered each',
    "failed.question" Array(LowCardinality(String)) COMMENT 'Questions that were failed',
    "failed.section" Array(LowCardinality(String)) COMMENT 'Questions failed: section of each',
    "failed.rule" Array(LowCardinality(String)) COMMENT 'Questions failed: the rule that answered each',
    "failed.lost" Array(Float64) COMMENT 'Questions failed: points that each cost',
    "failed.auto_fail" Array(Bool) COMMENT 'Questions failed: whether it failed the whole scorecard'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, revision, write, channel, started, started + toIntervalSecond(utc_offset_s) AS started_local, queue, team, agent,
    scorecard_position, scorecard, "asked.question", "asked.section", "asked.rule", "failed.question", "failed.section", "failed.rule", "failed.lost", "failed.auto_fail"
FROM {raw}.answer_sheets
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Scorecards with what they asked and what failed, one row each: far faster to count than score_items';
