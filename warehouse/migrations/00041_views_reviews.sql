-- Views of what 00040 keeps, for people.

CREATE OR REPLACE VIEW {db}.reviews {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    scorecard LowCardinality(String) COMMENT 'The scorecard; empty: the decision is about a rule by itself',
    question LowCardinality(String) COMMENT 'The question of the scorecard',
    rule LowCardinality(String) COMMENT 'The rule that the decision is about',
    reviewer LowCardinality(String) COMMENT 'Who decided',
    at DateTime64(3, 'UTC') COMMENT 'When it was decided',
    answer LowCardinality(String) COMMENT 'Of a question: pass, fail or n/a',
    label LowCardinality(String) COMMENT 'Whether the rule should hit: hit or miss; empty: the decision does not say',
    reason String COMMENT 'Why, in the reviewer''s words',
    machine LowCardinality(String) COMMENT 'What the machine had said: an answer or an outcome',
    version LowCardinality(String) COMMENT 'Of the scorecard, or else of the rule, that was reviewed',
    hash LowCardinality(String) COMMENT 'Its hash'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, scorecard, question, rule, reviewer, at, answer, label, reason, machine, version, hash
FROM {raw}.reviews FINAL
COMMENT 'Decisions of people, one row each';

CREATE OR REPLACE VIEW {db}.scorecards {on_cluster}
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
    position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0',
    name LowCardinality(String) COMMENT 'The scorecard',
    title LowCardinality(String) COMMENT 'Of the scorecard, for people',
    version LowCardinality(String) COMMENT 'Of the scorecard',
    score Float64 COMMENT '100 x points / possible; 0 after an auto-fail',
    points Float64 COMMENT 'Points reached',
    possible Float64 COMMENT 'Sum of the weights of the questions that applied',
    auto_fail Bool COMMENT 'A question that fails the whole was failed',
    passed Bool COMMENT 'The score reaches the pass mark, and no auto-fail',
    review Bool COMMENT 'A person should look',
    items UInt32 COMMENT 'Number of questions',
    by_name LowCardinality(String) COMMENT 'What made it: name',
    by_version LowCardinality(String) COMMENT 'What made it: version',
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used',
    "with.name" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: names',
    "with.version" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: versions',
    "with.hash" Array(LowCardinality(String)) COMMENT 'Everything else the score rests on: hashes of models, lexicons, rules and prompts'
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
    position,
    name,
    title,
    version,
    score,
    points,
    possible,
    auto_fail,
    passed,
    review,
    items,
    by_name,
    by_version,
    by_hash,
    "with.name",
    "with.version",
    "with.hash"
FROM {raw}.scorecards
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Scorecards filled in, one row a scorecard';

CREATE OR REPLACE VIEW {db}.final_scores {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    scorecard LowCardinality(String) COMMENT 'The scorecard',
    version LowCardinality(String) COMMENT 'Of the machine''s card',
    machine_score Float64 COMMENT 'What the machine says now',
    machine_passed Bool COMMENT 'The machine''s score reaches the pass mark',
    score Float64 COMMENT 'What counts: after people''s decisions where there are any, else the machine''s',
    passed Bool COMMENT 'Whether what counts reaches the pass mark',
    reviewed Bool COMMENT 'A person has decided something',
    reviewer LowCardinality(String) COMMENT 'Who decided last; empty: nobody',
    reviewed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When; NULL: nobody has',
    changed UInt32 COMMENT 'Number of answers that people changed',
    open Bool COMMENT 'A person should look, and has not decided all',
    outdated Bool COMMENT 'The machine''s card was made again since, by another version'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    m.interaction_id AS interaction_id,
    m.channel AS channel,
    m.started AS started,
    m.queue AS queue,
    m.team AS team,
    m.agent AS agent,
    m.name AS scorecard,
    m.version AS version,
    m.score AS machine_score,
    m.passed AS machine_passed,
    if(f.reviewer != '', f.score, m.score) AS score,
    if(f.reviewer != '', f.passed, m.passed) AS passed,
    CAST(f.reviewer != '', 'Bool') AS reviewed,
    f.reviewer AS reviewer,
    if(f.reviewer != '', toNullable(f.at), NULL) AS reviewed_at,
    f.changed AS changed,
    if(f.reviewer != '', f.open, m.review) AS open,
    CAST(f.reviewer != '' AND f.hash != m.by_hash, 'Bool') AS outdated
FROM {db}.scorecards AS m
LEFT JOIN (SELECT * FROM {raw}.reviewed_scores FINAL) AS f ON f.interaction_id = m.interaction_id AND f.scorecard = m.name
COMMENT 'Scorecards with the machine''s score and the one that counts, one row a scorecard';

CREATE OR REPLACE VIEW {db}.shadow_verdicts {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    release LowCardinality(String) COMMENT 'The publication that runs without effect',
    rule LowCardinality(String) COMMENT 'The rule',
    version LowCardinality(String) COMMENT 'Of the draft''s rule',
    outcome LowCardinality(String) COMMENT 'What the draft says: hit, miss or unsure',
    live LowCardinality(String) COMMENT 'What the live rule says; empty: there is none',
    because String COMMENT 'Why the draft says so'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, channel, started, release, rule, version, outcome, live, because
FROM
(
    SELECT interaction_id, channel, started, release, "verdicts.rule" AS rules, "verdicts.version" AS versions, "verdicts.outcome" AS outcomes,
        "verdicts.live" AS lives, "verdicts.because" AS becauses
    FROM {raw}.shadows
    WHERE {counts}
)
ARRAY JOIN rules AS rule, versions AS version, outcomes AS outcome, lives AS live, becauses AS because
COMMENT 'What drafts that run without effect say, one row a rule';

CREATE OR REPLACE VIEW {db}.shadow_scores {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    release LowCardinality(String) COMMENT 'The publication that runs without effect',
    scorecard LowCardinality(String) COMMENT 'The scorecard',
    version LowCardinality(String) COMMENT 'Of the draft''s scorecard',
    score Float64 COMMENT 'Under the draft',
    passed UInt8 COMMENT '1: passed under the draft',
    live Nullable(Float64) COMMENT 'The live score; NULL: there is none'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT interaction_id, channel, started, release, scorecard, version, score, passed, live
FROM
(
    SELECT interaction_id, channel, started, release, "scores.scorecard" AS scorecards, "scores.version" AS versions, "scores.score" AS scores,
        "scores.passed" AS passes, "scores.live" AS lives
    FROM {raw}.shadows
    WHERE {counts}
)
ARRAY JOIN scorecards AS scorecard, versions AS version, scores AS score, passes AS passed, lives AS live
COMMENT 'Scores under drafts that run without effect, one row a scorecard';

CREATE OR REPLACE VIEW {db}.versions {on_cluster}
(
    kind LowCardinality(String) COMMENT 'rule or scorecard',
    id LowCardinality(String) COMMENT 'The rule or scorecard',
    version LowCardinality(String) COMMENT 'Its version',
    hash LowCardinality(String) COMMENT 'The hash that its verdicts or scores carry',
    since DateTime64(3, 'UTC') COMMENT 'When a result of it was first stored',
    until DateTime64(3, 'UTC') COMMENT 'When a result of it was last stored'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT kind, id, version, hash, min(first_used) AS since, max(last_used) AS until
FROM {raw}.versions
GROUP BY kind, id, version, hash
COMMENT 'Versions of rules and scorecards that were used, one row each';
