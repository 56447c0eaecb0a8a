-- What people decide, beside what the machine said; what drafts that run
-- without effect say; and which versions of rules and scorecards were used.

CREATE TABLE IF NOT EXISTS {local}.reviews {on_cluster}
(
    interaction_id String COMMENT 'The interaction' CODEC(ZSTD(1)),
    scorecard LowCardinality(String) COMMENT 'The scorecard; empty: the decision is about a rule by itself' CODEC(ZSTD(1)),
    question LowCardinality(String) COMMENT 'The question of the scorecard' CODEC(ZSTD(1)),
    rule LowCardinality(String) COMMENT 'The rule that the decision is about' CODEC(ZSTD(1)),
    reviewer LowCardinality(String) COMMENT 'Who decided' CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') COMMENT 'When it was decided' CODEC(Delta, ZSTD(1)),
    answer LowCardinality(String) COMMENT 'Of a question: pass, fail or n/a' CODEC(ZSTD(1)),
    label LowCardinality(String) COMMENT 'Whether the rule should hit: hit or miss; empty: the decision does not say' CODEC(ZSTD(1)),
    reason String COMMENT 'Why, in the reviewer''s words' CODEC(ZSTD(1)),
    machine LowCardinality(String) COMMENT 'What the machine had said: an answer or an outcome' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Of the scorecard, or else of the rule, that was reviewed' CODEC(ZSTD(1)),
    hash LowCardinality(String) COMMENT 'Its hash' CODEC(ZSTD(1)),
    noted_at DateTime64(3, 'UTC') COMMENT 'When this row was written' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(noted_at)
ORDER BY (interaction_id, scorecard, question, rule, reviewer, at)
COMMENT 'Decisions of people, one row each';

CREATE TABLE IF NOT EXISTS {local}.reviewed_scores {on_cluster}
(
    interaction_id String COMMENT 'The interaction' CODEC(ZSTD(1)),
    scorecard LowCardinality(String) COMMENT 'The scorecard' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Of the form the score was worked out with' CODEC(ZSTD(1)),
    hash LowCardinality(String) COMMENT 'Its hash' CODEC(ZSTD(1)),
    reviewer LowCardinality(String) COMMENT 'Who made the latest decision' CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') COMMENT 'When the latest decision was made' CODEC(Delta, ZSTD(1)),
    machine Float64 COMMENT 'The machine''s score at that time' CODEC(ZSTD(1)),
    score Float64 COMMENT 'The score after people''s decisions' CODEC(ZSTD(1)),
    passed Bool COMMENT 'It reaches the pass mark, and no auto-fail' CODEC(ZSTD(1)),
    auto_fail Bool COMMENT 'A question that fails the whole was failed' CODEC(ZSTD(1)),
    open Bool COMMENT 'Questions are left that nobody has decided' CODEC(ZSTD(1)),
    changed UInt32 COMMENT 'Number of answers that people changed' CODEC(T64, ZSTD(1)),
    noted_at DateTime64(3, 'UTC') COMMENT 'When this row was written' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(noted_at)
ORDER BY (interaction_id, scorecard)
COMMENT 'Scorecards after people''s decisions, one row each';

CREATE TABLE IF NOT EXISTS {local}.shadows {on_cluster}
(
    {head}
    release LowCardinality(String) COMMENT 'The publication that runs without effect' CODEC(ZSTD(1)),
    "verdicts.rule" Array(LowCardinality(String)) COMMENT 'Rules that the draft has and the live set has not, or has otherwise' CODEC(ZSTD(1)),
    "verdicts.version" Array(LowCardinality(String)) COMMENT 'Versions of those rules' CODEC(ZSTD(1)),
    "verdicts.outcome" Array(LowCardinality(String)) COMMENT 'What the draft says: hit, miss or unsure' CODEC(ZSTD(1)),
    "verdicts.live" Array(LowCardinality(String)) COMMENT 'What the live rule says; empty: there is none' CODEC(ZSTD(1)),
    "verdicts.because" Array(String) COMMENT 'Why the draft says so' CODEC(ZSTD(1)),
    "scores.scorecard" Array(LowCardinality(String)) COMMENT 'Scorecards filled in under the draft' CODEC(ZSTD(1)),
    "scores.version" Array(LowCardinality(String)) COMMENT 'Versions of those scorecards' CODEC(ZSTD(1)),
    "scores.score" Array(Float64) COMMENT 'Scores under the draft' CODEC(ZSTD(1)),
    "scores.passed" Array(UInt8) COMMENT '1: passed under the draft' CODEC(ZSTD(1)),
    "scores.live" Array(Nullable(Float64)) COMMENT 'Live scores; NULL: there is none' CODEC(ZSTD(1)),
    whole String COMMENT 'All of it with the evidence, as JSON' CODEC(ZSTD(3)),
    by_name LowCardinality(String) COMMENT 'What made it: name' CODEC(ZSTD(1)),
    by_version LowCardinality(String) COMMENT 'What made it: version' CODEC(ZSTD(1)),
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id)
COMMENT 'What drafts that run without effect say, one row a conversation and write';

ALTER TABLE {local}.scorecards {on_cluster}
    ADD COLUMN IF NOT EXISTS "with.name" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: names' CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS "with.version" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: versions' CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS "with.hash" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: hashes of models, lexicons, rules and prompts' CODEC(ZSTD(1));

CREATE TABLE IF NOT EXISTS {local}.versions {on_cluster}
(
    kind LowCardinality(String) COMMENT 'rule or scorecard' CODEC(ZSTD(1)),
    id LowCardinality(String) COMMENT 'The rule or scorecard' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Its version' CODEC(ZSTD(1)),
    hash LowCardinality(String) COMMENT 'The hash that its verdicts or scores carry' CODEC(ZSTD(1)),
    first_used SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'When a result of it was first stored' CODEC(ZSTD(1)),
    last_used SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When a result of it was last stored' CODEC(ZSTD(1))
)
ENGINE = {replicated}AggregatingMergeTree
ORDER BY (kind, id, version, hash)
COMMENT 'Versions of rules and scorecards that were used';

CREATE MATERIALIZED VIEW IF NOT EXISTS {local}.versions_of_rules {on_cluster} TO {local}.versions
(
    kind LowCardinality(String) COMMENT 'rule or scorecard',
    id LowCardinality(String) COMMENT 'The rule or scorecard',
    version LowCardinality(String) COMMENT 'Its version',
    hash LowCardinality(String) COMMENT 'The hash that its verdicts or scores carry',
    first_used DateTime64(3, 'UTC') COMMENT 'When a result of it was first stored',
    last_used DateTime64(3, 'UTC') COMMENT 'When a result of it was last stored'
)
AS SELECT 'rule' AS kind, rule AS id, version, by_hash AS hash, min(stored_at) AS first_used, max(stored_at) AS last_used
FROM {local}.verdicts GROUP BY rule, version, by_hash
COMMENT 'Fills versions from verdicts';

CREATE MATERIALIZED VIEW IF NOT EXISTS {local}.versions_of_scorecards {on_cluster} TO {local}.versions
(
    kind LowCardinality(String) COMMENT 'rule or scorecard',
    id LowCardinality(String) COMMENT 'The rule or scorecard',
    version LowCardinality(String) COMMENT 'Its version',
    hash LowCardinality(String) COMMENT 'The hash that its verdicts or scores carry',
    first_used DateTime64(3, 'UTC') COMMENT 'When a result of it was first stored',
    last_used DateTime64(3, 'UTC') COMMENT 'When a result of it was last stored'
)
AS SELECT 'scorecard' AS kind, name AS id, version, by_hash AS hash, min(stored_at) AS first_used, max(stored_at) AS last_used
FROM {local}.scorecards GROUP BY name, version, by_hash
COMMENT 'Fills versions from scorecards';

INSERT INTO {local}.versions
SELECT 'rule', rule, version, by_hash, min(stored_at), max(stored_at) FROM {local}.verdicts GROUP BY rule, version, by_hash;

INSERT INTO {local}.versions
SELECT 'scorecard', name, version, by_hash, min(stored_at), max(stored_at) FROM {local}.scorecards GROUP BY name, version, by_hash;
