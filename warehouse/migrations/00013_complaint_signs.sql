-- Highlights hold the signs by which customers complain, too: reports count
-- complaints whose cause nobody says without reading all findings.
DROP VIEW IF EXISTS {local}.highlights_feed {on_cluster} SYNC;

ALTER TABLE {local}.highlights {on_cluster} COMMENT COLUMN kind 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, emotion.score of whole conversations, or a sign by which the customer complains';

TRUNCATE TABLE {local}.highlights {on_cluster};

-- exact
INSERT INTO {fill}.highlights (write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, kind, party, value, label, severity, start_ms, end_ms)
SELECT write, stored_at, interaction_id, revision, channel, started, utc_offset_s, queue, team, agent, position, kind, party, value, label, severity,
    "evidence.start_ms"[1], "evidence.end_ms"[1]
FROM {fill}.findings
WHERE kind IN ('complaint.cause', 'contact.reason', 'satisfaction', 'silence.long') OR (kind = 'emotion.score' AND label = 'overall')
    OR (party = 'customer' AND kind IN ('word.complaint', 'word.threat', 'word.escalation', 'word.churn', 'emotion.anger', 'emotion.disappointment'));

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
    kind LowCardinality(String) COMMENT 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, emotion.score of whole conversations, or a sign by which the customer complains',
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
    OR (party = 'customer' AND kind IN ('word.complaint', 'word.threat', 'word.escalation', 'word.churn', 'emotion.anger', 'emotion.disappointment'))
COMMENT 'Fills highlights';

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
    kind LowCardinality(String) COMMENT 'What was noticed: complaint.cause, contact.reason, satisfaction, silence.long, emotion.score of whole conversations, or a sign by which the customer complains',
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
