-- What came in and what became of it.

CREATE OR REPLACE VIEW {db}.accepted {on_cluster}
(
    interaction_id String COMMENT 'The interaction; for a record that could not be read, where it lies in the log',
    revision UInt64 COMMENT 'Of the record, in the order they came',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre; empty if the record could not be read',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    source String COMMENT 'The file and line, or the topic, partition and offset it came from',
    noted_at DateTime64(3, 'UTC') COMMENT 'When this row was written'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    source,
    noted_at
FROM {raw}.accepted FINAL
COMMENT 'Records that reached the log, one row each';

CREATE OR REPLACE VIEW {db}.dead {on_cluster}
(
    interaction_id String COMMENT 'The interaction; empty if the record could not be read that far',
    revision UInt64 COMMENT 'Of the record; 0 if it never reached the log',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    step LowCardinality(String) COMMENT 'Where it failed: ingest, decode, or the name of a step',
    code LowCardinality(String) COMMENT 'The class of the reason, such as bad-input, crashed, timed-out',
    reason String COMMENT 'Why, for a person',
    source String COMMENT 'The file and line, or the topic, partition and offset it came from',
    at DateTime64(3, 'UTC') COMMENT 'When it failed',
    attempts Int64 COMMENT 'Times the step was tried',
    truncated Bool COMMENT 'The record was too large to keep',
    record_bytes UInt64 COMMENT 'Size of the record that was kept; 0 if none was'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    step,
    code,
    reason,
    source,
    at,
    attempts,
    truncated,
    length(record) AS record_bytes
FROM {raw}.dead FINAL
COMMENT 'Records without a result, and why, one row each';

CREATE OR REPLACE VIEW {db}.refused {on_cluster}
(
    interaction_id String COMMENT 'The interaction; empty if the record could not be read that far',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    step LowCardinality(String) COMMENT 'Where it failed: ingest, decode, or the name of a step',
    code LowCardinality(String) COMMENT 'The class of the reason, such as bad-input, crashed, timed-out',
    reason String COMMENT 'Why, for a person',
    source String COMMENT 'The file and line, or the topic, partition and offset it came from',
    at DateTime64(3, 'UTC') COMMENT 'When it failed',
    attempts Int64 COMMENT 'Times the step was tried',
    truncated Bool COMMENT 'The record was too large to keep',
    record_bytes UInt64 COMMENT 'Size of the record that was kept; 0 if none was'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    channel,
    step,
    code,
    reason,
    source,
    at,
    attempts,
    truncated,
    length(record) AS record_bytes
FROM {raw}.dead FINAL
WHERE revision = 0
COMMENT 'Records that never became an accepted interaction, one row each';

CREATE OR REPLACE VIEW {db}.coverage {on_cluster}
(
    interaction_id String COMMENT 'The interaction; for a record that could not be read, where it lies in the log',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre; empty if the record could not be read',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    revision UInt64 COMMENT 'Of the latest record',
    status LowCardinality(String) COMMENT 'scored, failed, or in_flight',
    step LowCardinality(String) COMMENT 'Where it failed',
    code LowCardinality(String) COMMENT 'The class of the reason it failed for',
    reason String COMMENT 'Why it failed, for a person'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    a.interaction_id AS interaction_id,
    a.channel AS channel,
    a.started AS started,
    a.revision AS revision,
    multiIf(c.revision >= a.revision, 'scored', d.revision >= a.revision, 'failed', 'in_flight') AS status,
    if(status = 'failed', d.step, '') AS step,
    if(status = 'failed', d.code, '') AS code,
    if(status = 'failed', d.reason, '') AS reason
FROM
(
    SELECT
        interaction_id,
        max(accepted.revision) AS revision,
        argMax(channel, accepted.revision) AS channel,
        argMax(started, accepted.revision) AS started
    FROM {raw}.accepted
    GROUP BY interaction_id
) AS a
LEFT JOIN
(
    SELECT interaction_id, max(current.revision) AS revision
    FROM {raw}.current
    GROUP BY interaction_id
) AS c ON c.interaction_id = a.interaction_id
LEFT JOIN
(
    SELECT
        interaction_id,
        max(dead.revision) AS revision,
        argMax(step, (dead.revision, at)) AS step,
        argMax(code, (dead.revision, at)) AS code,
        argMax(reason, (dead.revision, at)) AS reason
    FROM {raw}.dead
    WHERE dead.revision > 0
    GROUP BY interaction_id
) AS d ON d.interaction_id = a.interaction_id
COMMENT 'What became of each interaction that was accepted, one row each';
