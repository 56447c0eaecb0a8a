-- What a complaint is, said once: reports, bursts, causes and analysts count
-- the rows of this view.
CREATE OR REPLACE VIEW {db}.complaints {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    cause String COMMENT 'Why the customer complains, as branch/field/cause; unknown: no words that the lexicons know say why',
    position UInt32 COMMENT 'Number of the finding that shows the complaint: the cause, or the gravest sign',
    signs UInt64 COMMENT 'Number of signs by which the customer complains, beside a cause'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT any(h.interaction_id) AS interaction_id, h.write AS write, any(h.channel) AS channel, h.started AS started,
    h.started + toIntervalSecond(any(h.utc_offset_s)) AS started_local, any(h.queue) AS queue, any(h.team) AS team, any(h.agent) AS agent,
    if(countIf(h.kind = 'complaint.cause') = 0, 'unknown', minIf(h.label, h.kind = 'complaint.cause')) AS cause,
    argMin(h.position, (h.kind != 'complaint.cause', -h.severity, h.position)) AS position,
    countIf(h.kind != 'complaint.cause') AS signs
FROM {raw}.highlights AS h
WHERE {counts}
    AND (h.kind = 'complaint.cause' OR h.party = 'customer' AND h.kind IN ('word.complaint', 'word.threat', 'word.escalation', 'word.churn', 'emotion.anger', 'emotion.disappointment'))
GROUP BY h.write, h.started
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Conversations in which the customer complains, with the cause or without, one row each';
