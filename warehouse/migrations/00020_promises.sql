-- What happened to customers outside of conversations, as other systems report
-- it, and what became of the promises that were made to them.

CREATE TABLE IF NOT EXISTS {local}.events {on_cluster}
(
    customer String COMMENT 'The customer''s key, as conversations have it' CODEC(ZSTD(1)),
    kind LowCardinality(String) COMMENT 'What happened, in the words of promises: callback, refund, delivery, repair, reply or other' CODEC(ZSTD(1)),
    happened DateTime64(3, 'UTC') COMMENT 'When' CODEC(Delta, ZSTD(1)),
    id String COMMENT 'Its number in the system it comes from' CODEC(ZSTD(1)),
    said LowCardinality(String) COMMENT 'What happened, as that system calls it' CODEC(ZSTD(1)),
    source String COMMENT 'The file and line it was read from' CODEC(ZSTD(1)),
    noted_at DateTime64(3, 'UTC') COMMENT 'When this row was written' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(noted_at)
ORDER BY (customer, kind, happened, id)
COMMENT 'What happened to customers outside of conversations';

CREATE OR REPLACE VIEW {db}.events {on_cluster}
(
    customer String COMMENT 'The customer''s key, as conversations have it',
    kind LowCardinality(String) COMMENT 'What happened, in the words of promises: callback, refund, delivery, repair, reply or other',
    happened DateTime64(3, 'UTC') COMMENT 'When',
    id String COMMENT 'Its number in the system it comes from',
    said LowCardinality(String) COMMENT 'What happened, as that system calls it',
    source String COMMENT 'The file and line it was read from'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT customer, kind, happened, id, said, source
FROM {raw}.events FINAL
COMMENT 'What happened to customers outside of conversations, one row each';

-- A promise is kept if what was promised happened to its customer between the
-- words and the due time: an event of its kind, and for a callback or a reply
-- also a contact that we began. It is broken if that happened only later, or if
-- the due time passed and the customer came back within 30 days about the same
-- reason or said that it was not the first time. All else is unknown: nobody
-- told us. Each state names the row it rests on.
CREATE OR REPLACE VIEW {db}.promises {on_cluster}
(
    interaction_id String COMMENT 'The interaction in which it was made',
    position UInt32 COMMENT 'Number of the promise in its interaction, from 1',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    customer String COMMENT 'The customer''s key; empty: not known, and so is what became of it',
    party LowCardinality(String) COMMENT 'Who promised',
    action LowCardinality(String) COMMENT 'What: callback, refund, delivery, repair, reply or other',
    promise String COMMENT 'In the words of the conversation',
    due Nullable(DateTime64(3, 'UTC')) COMMENT 'By when; NULL: no time can be told',
    state LowCardinality(String) COMMENT 'kept, broken or unknown',
    because LowCardinality(String) COMMENT 'Why: done in time, done late, came back, not due yet, nothing heard, no due time, no customer',
    evidence LowCardinality(String) COMMENT 'What the state rests on: event or interaction; empty: nothing',
    evidence_id String COMMENT 'The id of that event or interaction',
    evidence_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When that was'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS
WITH made AS
(
    SELECT s.interaction_id AS interaction_id, p.1 AS position, s.channel AS channel, s.started AS started, s.started_local AS started_local,
        s.queue AS queue, s.team AS team, s.agent AS agent, i.customer AS customer, p.2 AS party, p.3 AS action, p.4 AS promise, p.5 AS due, s.reason AS reason
    FROM
    (
        SELECT interaction_id, channel, started, started_local, queue, team, agent, reason,
            arrayJoin(arrayZip(arrayEnumerate("promises.action"), "promises.party", "promises.action", "promises.text", "promises.due")) AS p
        FROM {db}.summaries
    ) AS s
    INNER JOIN (SELECT interaction_id, customer FROM {db}.interactions) AS i ON i.interaction_id = s.interaction_id
),
contacts AS
(
    SELECT i.customer AS customer, i.started AS at, i.interaction_id AS id, i.direction = 'outbound' AS ours,
        i.interaction_id IN (SELECT interaction_id FROM {db}.findings WHERE kind = 'word.repeat') AS again, s.reason AS about
    FROM (SELECT customer, started, interaction_id, direction FROM {db}.interactions WHERE customer != '') AS i
    LEFT JOIN (SELECT interaction_id, reason FROM {db}.summaries) AS s ON s.interaction_id = i.interaction_id
),
heard AS
(
    SELECT customer, at, 'interaction' AS what, id, '' AS kind, ours, again, about FROM contacts
    UNION ALL
    SELECT customer, happened AS at, 'event' AS what, id, kind, false AS ours, false AS again, '' AS about FROM {db}.events
),
judged AS
(
    SELECT m.interaction_id AS interaction_id, m.position AS position,
        minIf((h.at, h.what, h.id), h.at > m.started AND m.due IS NOT NULL AND (h.what = 'event' AND h.kind = m.action OR h.ours AND m.action IN ('callback', 'reply'))) AS done,
        minIf((h.at, h.what, h.id), h.what = 'interaction' AND NOT h.ours AND h.id != m.interaction_id AND h.at > m.due AND h.at <= m.due + toIntervalDay(30)
            AND (h.again OR h.about != '' AND h.about = m.reason)) AS back
    FROM (SELECT * FROM made WHERE customer != '') AS m
    INNER JOIN heard AS h ON h.customer = m.customer
    GROUP BY interaction_id, position
)
SELECT
    m.interaction_id AS interaction_id,
    toUInt32(m.position) AS position,
    m.channel AS channel,
    m.started AS started,
    m.started_local AS started_local,
    m.queue AS queue,
    m.team AS team,
    m.agent AS agent,
    m.customer AS customer,
    m.party AS party,
    m.action AS action,
    m.promise AS promise,
    m.due AS due,
    multiIf(
        m.due IS NULL OR m.customer = '', 'unknown',
        j.done.2 != '' AND j.done.1 <= m.due, 'kept',
        j.back.2 != '' AND (j.done.2 = '' OR j.back.1 < j.done.1), 'broken',
        j.done.2 != '', 'broken',
        'unknown') AS state,
    multiIf(
        m.due IS NULL, 'no due time',
        m.customer = '', 'no customer',
        j.done.2 != '' AND j.done.1 <= m.due, 'done in time',
        j.back.2 != '' AND (j.done.2 = '' OR j.back.1 < j.done.1), 'came back',
        j.done.2 != '', 'done late',
        m.due > now64(3), 'not due yet',
        'nothing heard') AS because,
    multiIf(because IN ('done in time', 'done late'), j.done.2, because = 'came back', j.back.2, '') AS evidence,
    multiIf(because IN ('done in time', 'done late'), j.done.3, because = 'came back', j.back.3, '') AS evidence_id,
    multiIf(because IN ('done in time', 'done late'), toNullable(j.done.1), because = 'came back', toNullable(j.back.1), NULL) AS evidence_at
FROM made AS m
LEFT JOIN judged AS j ON j.interaction_id = m.interaction_id AND j.position = m.position
COMMENT 'Promises and what became of them, one row each';
