-- What judged each conversation, in one row: nearly all verdicts are misses of
-- the same rules, and to count them it is enough to count the conversations of
-- each set of rules, a fortieth of the rows. The feed fills it as verdicts come
-- in; the writer sends all of a write in one block, so there is one row a write.
DROP VIEW IF EXISTS {local}.rule_sets_feed {on_cluster} SYNC;

CREATE TABLE IF NOT EXISTS {local}.rule_sets {on_cluster}
(
    {head}
    rule_set UInt64 COMMENT 'The same for the same rules, versions, names and severities: count by it, then look into one row of each' CODEC(ZSTD(1)),
    "rules.rule" Array(LowCardinality(String)) COMMENT 'The rules that judged it' CODEC(ZSTD(1)),
    "rules.version" Array(LowCardinality(String)) COMMENT 'The rules: version of each' CODEC(ZSTD(1)),
    "rules.name" Array(LowCardinality(String)) COMMENT 'The rules: name of each, for people' CODEC(ZSTD(1)),
    "rules.severity" Array(Int64) COMMENT 'The rules: severity of each, should it hit' CODEC(T64, ZSTD(1)),
    unsure Array(LowCardinality(String)) COMMENT 'Rules that are unsure' CODEC(ZSTD(1)),
    hit_set UInt64 COMMENT 'The same where the same rules hit, with the same severity and tags' CODEC(ZSTD(1)),
    "hits.rule" Array(LowCardinality(String)) COMMENT 'The rules that hit' CODEC(ZSTD(1)),
    "hits.severity" Array(Int64) COMMENT 'The rules that hit: severity of each, 0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    "hits.tags" Array(Array(LowCardinality(String))) COMMENT 'The rules that hit: tags of each' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id)
COMMENT 'What judged conversations, one row a write';

TRUNCATE TABLE {local}.rule_sets {on_cluster};

-- exact
INSERT INTO {fill}.rule_sets (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, rule_set, "rules.rule", "rules.version", "rules.name", "rules.severity", unsure, hit_set, "hits.rule", "hits.severity", "hits.tags")
SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent,
    cityHash64(judged) AS rule_set, judged.1 AS "rules.rule", judged.2 AS "rules.version", judged.3 AS "rules.name", judged.4 AS "rules.severity", unsure,
    cityHash64(hit) AS hit_set, hit.1 AS "hits.rule", hit.2 AS "hits.severity", hit.3 AS "hits.tags"
FROM
(
    SELECT write, any(stored_at) AS stored_at, any(interaction_id) AS interaction_id, any(revision) AS revision, any(channel) AS channel, started, any(utc_offset_s) AS utc_offset_s, any(queue) AS queue, any(team) AS team, any(agent) AS agent,
        arraySort(groupArray((rule, version, name, severity))) AS judged,
        arraySort(groupArrayIf(rule, outcome = 'unsure')) AS unsure,
        arraySort(groupArrayIf((rule, severity, tags), outcome = 'hit')) AS hit
    FROM {fill}.verdicts
    GROUP BY write, started
);

CREATE MATERIALIZED VIEW {local}.rule_sets_feed {on_cluster} TO {local}.rule_sets
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
    rule_set UInt64 COMMENT 'The same for the same rules, versions, names and severities: count by it, then look into one row of each',
    "rules.rule" Array(LowCardinality(String)) COMMENT 'The rules that judged it',
    "rules.version" Array(LowCardinality(String)) COMMENT 'The rules: version of each',
    "rules.name" Array(LowCardinality(String)) COMMENT 'The rules: name of each, for people',
    "rules.severity" Array(Int64) COMMENT 'The rules: severity of each, should it hit',
    unsure Array(LowCardinality(String)) COMMENT 'Rules that are unsure',
    hit_set UInt64 COMMENT 'The same where the same rules hit, with the same severity and tags',
    "hits.rule" Array(LowCardinality(String)) COMMENT 'The rules that hit',
    "hits.severity" Array(Int64) COMMENT 'The rules that hit: severity of each, 0 none, 1 note, 2 serious, 3 critical',
    "hits.tags" Array(Array(LowCardinality(String))) COMMENT 'The rules that hit: tags of each'
)
AS SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent,
    cityHash64(judged) AS rule_set, judged.1 AS "rules.rule", judged.2 AS "rules.version", judged.3 AS "rules.name", judged.4 AS "rules.severity", unsure,
    cityHash64(hit) AS hit_set, hit.1 AS "hits.rule", hit.2 AS "hits.severity", hit.3 AS "hits.tags"
FROM
(
    SELECT write, any(stored_at) AS stored_at, any(interaction_id) AS interaction_id, any(revision) AS revision, any(channel) AS channel, started, any(utc_offset_s) AS utc_offset_s, any(queue) AS queue, any(team) AS team, any(agent) AS agent,
        arraySort(groupArray((rule, version, name, severity))) AS judged,
        arraySort(groupArrayIf(rule, outcome = 'unsure')) AS unsure,
        arraySort(groupArrayIf((rule, severity, tags), outcome = 'hit')) AS hit
    FROM {local}.verdicts
    GROUP BY write, started
)
COMMENT 'Fills rule_sets';

CREATE OR REPLACE VIEW {db}.rule_sets {on_cluster}
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
    rule_set UInt64 COMMENT 'The same for the same rules, versions, names and severities: count by it, then look into one row of each',
    "rules.rule" Array(LowCardinality(String)) COMMENT 'The rules that judged it',
    "rules.version" Array(LowCardinality(String)) COMMENT 'The rules: version of each',
    "rules.name" Array(LowCardinality(String)) COMMENT 'The rules: name of each, for people',
    "rules.severity" Array(Int64) COMMENT 'The rules: severity of each, should it hit',
    unsure Array(LowCardinality(String)) COMMENT 'Rules that are unsure',
    hit_set UInt64 COMMENT 'The same where the same rules hit, with the same severity and tags',
    "hits.rule" Array(LowCardinality(String)) COMMENT 'The rules that hit',
    "hits.severity" Array(Int64) COMMENT 'The rules that hit: severity of each, 0 none, 1 note, 2 serious, 3 critical',
    "hits.tags" Array(Array(LowCardinality(String))) COMMENT 'The rules that hit: tags of each'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, revision, write, channel, started, started + toIntervalSecond(utc_offset_s) AS started_local, queue, team, agent,
    rule_set, "rules.rule", "rules.version", "rules.name", "rules.severity", unsure, hit_set, "hits.rule", "hits.severity", "hits.tags"
FROM {raw}.rule_sets
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What judged each conversation, one row each: far faster to count than verdicts';
