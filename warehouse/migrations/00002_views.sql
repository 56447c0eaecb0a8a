-- What people read: exactly the current result of each interaction, however
-- often it was sent, stored or scored. Never needs FINAL.
--
-- The views run with the rights of the user who made them, so that readers need
-- none on the tables. A column that ends with _ms counts milliseconds.
--
-- The setting keeps ClickHouse from sorting all current writes to search an
-- index for them, which has none: 1.5 s against 18 ms for one day of 10 million
-- turns.

CREATE OR REPLACE VIEW {db}.interactions {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    utc_offset_s Int32 COMMENT 'Offset of the sender''s clock from UTC, in seconds',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    language LowCardinality(String) COMMENT 'BCP 47 tag of the main language, as sent',
    direction LowCardinality(String) COMMENT 'inbound or outbound; empty: not known',
    customer String COMMENT 'The customer''s key in the user''s own systems',
    attributes Map(LowCardinality(String), String) COMMENT 'What else was sent: tier, region, product and the like',
    ended Nullable(DateTime64(3, 'UTC')) COMMENT 'When the conversation ended, if that was sent',
    media_sha256 String COMMENT 'SHA-256 of the recording; empty for text channels',
    media_name String COMMENT 'File name the recording was sent under',
    media_bytes Int64 COMMENT 'Size of the recording',
    media_type LowCardinality(String) COMMENT 'Media type of the recording',
    media_format LowCardinality(String) COMMENT 'How to read a recording without a header',
    media_roles Array(LowCardinality(String)) COMMENT 'Who speaks on each channel of the recording',
    transcript_language LowCardinality(String) COMMENT 'BCP 47 tag of the language found',
    grade LowCardinality(String) COMMENT 'How the parties were told apart: text, stereo or mono',
    length_ms Int64 COMMENT 'Of the recording, or from first to last message, in milliseconds',
    "transcript_by.name" Array(LowCardinality(String)) COMMENT 'What made the transcript: names',
    "transcript_by.version" Array(LowCardinality(String)) COMMENT 'What made the transcript: versions',
    "transcript_by.hash" Array(LowCardinality(String)) COMMENT 'What made the transcript: hashes of the data used',
    "events.kind" Array(LowCardinality(String)) COMMENT 'Stretches that are not conversation: music, ringing and the like',
    "events.party" Array(LowCardinality(String)) COMMENT 'Whose channel each was heard on',
    "events.start_ms" Array(Int64) COMMENT 'When each began, in milliseconds from the start',
    "events.end_ms" Array(Int64) COMMENT 'When each ended',
    notes Array(String) COMMENT 'What a reader of the transcript should know',
    span_ms Int64 COMMENT 'From the start to the end of the last turn, or length_ms if that is more',
    turns UInt32 COMMENT 'Number of turns',
    agent_turns UInt32 COMMENT 'Turns of the agent',
    customer_turns UInt32 COMMENT 'Turns of the customer',
    agent_ms Int64 COMMENT 'Sum of the lengths of the agent''s turns',
    customer_ms Int64 COMMENT 'Sum of the lengths of the customer''s turns',
    hits UInt32 COMMENT 'Number of rules that hit',
    severity Int64 COMMENT 'Highest severity of a rule that hit: 0 none, 1 note, 2 serious, 3 critical',
    stored_at DateTime64(3, 'UTC') COMMENT 'When the row was written'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    utc_offset_s,
    queue,
    team,
    agent,
    language,
    direction,
    customer,
    attributes,
    ended,
    media_sha256,
    media_name,
    media_bytes,
    media_type,
    media_format,
    media_roles,
    transcript_language,
    grade,
    length_ms,
    "transcript_by.name",
    "transcript_by.version",
    "transcript_by.hash",
    "events.kind",
    "events.party",
    "events.start_ms",
    "events.end_ms",
    notes,
    span_ms,
    turns,
    agent_turns,
    customer_turns,
    agent_ms,
    customer_ms,
    hits,
    severity,
    stored_at
FROM {raw}.interactions
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Conversations, one row each';

CREATE OR REPLACE VIEW {db}.turns {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    turn UInt32 COMMENT 'Number of the turn, from 0',
    party LowCardinality(String) COMMENT 'Who speaks: customer, agent, system or unknown',
    start_ms Int64 COMMENT 'When it begins, in milliseconds from the start of the conversation',
    end_ms Int64 COMMENT 'When it ends',
    text String COMMENT 'What was said or written, private data masked',
    language LowCardinality(String) COMMENT 'BCP 47 tag, where it was found for the turn',
    confidence Float64 COMMENT 'Mean probability of its words, 0 to 1; 0: not known, as for text',
    no_speech Float64 COMMENT 'Probability that nobody spoke, 0 to 1',
    loudness_db Nullable(Float64) COMMENT 'Mean level of the voiced parts, in dB below full scale; NULL: not measured',
    pitch_hz Float64 COMMENT 'Median fundamental frequency; 0: none found',
    voiced Float64 COMMENT 'Share of the turn with a pitch, 0 to 1',
    pace Float64 COMMENT 'Chinese characters or English words a minute',
    "words.from" Array(Int64) COMMENT 'Recognised words: first byte of each in the text',
    "words.to" Array(Int64) COMMENT 'Recognised words: byte after the last of each',
    "words.start_ms" Array(Int64) COMMENT 'Recognised words: when each begins',
    "words.end_ms" Array(Int64) COMMENT 'Recognised words: when each ends',
    "words.confidence" Array(Float64) COMMENT 'Recognised words: probability of each, 0 to 1'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    turn,
    party,
    start_ms,
    end_ms,
    text,
    language,
    confidence,
    no_speech,
    loudness_db,
    pitch_hz,
    voiced,
    pace,
    "words.from",
    "words.to",
    "words.start_ms",
    "words.end_ms",
    "words.confidence"
FROM {raw}.turns
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What was said, one row a turn';

CREATE OR REPLACE VIEW {db}.findings {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the finding in its interaction, from 0',
    kind LowCardinality(String) COMMENT 'What was noticed, such as word.threat or silence.long',
    party LowCardinality(String) COMMENT 'Who said or caused it; empty: nobody in particular',
    score Float64 COMMENT 'How sure the detector is, 0 to 1',
    value Float64 COMMENT 'A measure, in the unit that the kind documents, such as seconds',
    label String COMMENT 'What exactly: the entry of the lexicon, the entity',
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical',
    by_name LowCardinality(String) COMMENT 'What made it: name',
    by_version LowCardinality(String) COMMENT 'What made it: version',
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used',
    quote String COMMENT 'The words it rests on, the first if there are several; empty for a stretch of time',
    at_ms Int64 COMMENT 'Where it begins in the conversation',
    "evidence.turn" Array(Int64) COMMENT 'Where it rests: numbers of the turns',
    "evidence.from" Array(Int64) COMMENT 'Where it rests: first byte in the text of the turn',
    "evidence.to" Array(Int64) COMMENT 'Where it rests: byte after the last',
    "evidence.quote" Array(String) COMMENT 'Where it rests: the words; empty for a stretch of time',
    "evidence.start_ms" Array(Int64) COMMENT 'Where it rests: when each begins',
    "evidence.end_ms" Array(Int64) COMMENT 'Where it rests: when each ends'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    position,
    kind,
    party,
    score,
    value,
    label,
    severity,
    by_name,
    by_version,
    by_hash,
    "evidence.quote"[1] AS quote,
    "evidence.start_ms"[1] AS at_ms,
    "evidence.turn",
    "evidence.from",
    "evidence.to",
    "evidence.quote",
    "evidence.start_ms",
    "evidence.end_ms"
FROM {raw}.findings
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What detectors noticed, one row a finding';

CREATE OR REPLACE VIEW {db}.verdicts {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
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
    outcome LowCardinality(String) COMMENT 'hit, miss or unsure',
    because String COMMENT 'Why, in one sentence',
    severity Int64 COMMENT 'Of a hit: 0 none, 1 note, 2 serious, 3 critical',
    tags Array(LowCardinality(String)) COMMENT 'Of the rule',
    by_name LowCardinality(String) COMMENT 'What made it: name',
    by_version LowCardinality(String) COMMENT 'What made it: version',
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used',
    quote String COMMENT 'The words it rests on, the first if there are several; empty for a stretch of time',
    at_ms Int64 COMMENT 'Where it begins in the conversation',
    "evidence.turn" Array(Int64) COMMENT 'Where it rests: numbers of the turns',
    "evidence.from" Array(Int64) COMMENT 'Where it rests: first byte in the text of the turn',
    "evidence.to" Array(Int64) COMMENT 'Where it rests: byte after the last',
    "evidence.quote" Array(String) COMMENT 'Where it rests: the words; empty for a stretch of time',
    "evidence.start_ms" Array(Int64) COMMENT 'Where it rests: when each begins',
    "evidence.end_ms" Array(Int64) COMMENT 'Where it rests: when each ends',
    "searched.turn" Array(Int64) COMMENT 'For a miss, the stretches searched: number of the turn',
    "searched.from" Array(Int64) COMMENT 'Stretches searched: first byte in the text of the turn',
    "searched.to" Array(Int64) COMMENT 'Stretches searched: byte after the last',
    "searched.start_ms" Array(Int64) COMMENT 'Stretches searched: when each begins',
    "searched.end_ms" Array(Int64) COMMENT 'Stretches searched: when each ends'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    position,
    rule,
    version,
    name,
    outcome,
    because,
    severity,
    tags,
    by_name,
    by_version,
    by_hash,
    "evidence.quote"[1] AS quote,
    "evidence.start_ms"[1] AS at_ms,
    "evidence.turn",
    "evidence.from",
    "evidence.to",
    "evidence.quote",
    "evidence.start_ms",
    "evidence.end_ms",
    "searched.turn",
    "searched.from",
    "searched.to",
    "searched.start_ms",
    "searched.end_ms"
FROM {raw}.verdicts
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What rules say, one row a rule';

CREATE OR REPLACE VIEW {db}.scorecards {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
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
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
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
    by_hash
FROM {raw}.scorecards
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Scorecards filled in, one row a scorecard';

CREATE OR REPLACE VIEW {db}.score_items {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    scorecard_position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0',
    position UInt32 COMMENT 'Number of the question in its scorecard, from 0',
    scorecard LowCardinality(String) COMMENT 'The scorecard''s name',
    scorecard_version LowCardinality(String) COMMENT 'The scorecard''s version',
    question LowCardinality(String) COMMENT 'The question''s id in the form',
    section LowCardinality(String) COMMENT 'The section of the form',
    text LowCardinality(String) COMMENT 'The question, for people',
    rule LowCardinality(String) COMMENT 'The rule that answered it',
    answer LowCardinality(String) COMMENT 'pass, fail, n/a or unsure',
    points Float64 COMMENT 'Points reached',
    possible Float64 COMMENT 'Points that could be reached',
    auto_fail Bool COMMENT 'It failed the whole scorecard',
    because String COMMENT 'Why, in one sentence',
    quote String COMMENT 'The words it rests on, the first if there are several; empty for a stretch of time',
    at_ms Int64 COMMENT 'Where it begins in the conversation',
    "evidence.turn" Array(Int64) COMMENT 'Where it rests: numbers of the turns',
    "evidence.from" Array(Int64) COMMENT 'Where it rests: first byte in the text of the turn',
    "evidence.to" Array(Int64) COMMENT 'Where it rests: byte after the last',
    "evidence.quote" Array(String) COMMENT 'Where it rests: the words; empty for a stretch of time',
    "evidence.start_ms" Array(Int64) COMMENT 'Where it rests: when each begins',
    "evidence.end_ms" Array(Int64) COMMENT 'Where it rests: when each ends'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    scorecard_position,
    position,
    scorecard,
    scorecard_version,
    question,
    section,
    text,
    rule,
    answer,
    points,
    possible,
    auto_fail,
    because,
    "evidence.quote"[1] AS quote,
    "evidence.start_ms"[1] AS at_ms,
    "evidence.turn",
    "evidence.from",
    "evidence.to",
    "evidence.quote",
    "evidence.start_ms",
    "evidence.end_ms"
FROM {raw}.score_items
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Answers of scorecards, one row a question';

CREATE OR REPLACE VIEW {db}.trace {on_cluster}
(
    interaction_id String COMMENT 'The interaction',
    revision UInt64 COMMENT 'Of the record it came from',
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre',
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began',
    started_local DateTime64(3, 'UTC') COMMENT 'When the conversation began, by the sender''s clock',
    queue LowCardinality(String) COMMENT 'The queue it came in on',
    team LowCardinality(String) COMMENT 'The agent''s team',
    agent LowCardinality(String) COMMENT 'The agent',
    position UInt32 COMMENT 'Number of the entry in its interaction, from 0',
    step LowCardinality(String) COMMENT 'The step',
    step_started DateTime64(3, 'UTC') COMMENT 'When it began to work',
    ms Int64 COMMENT 'How long it worked, in milliseconds',
    "by.name" Array(LowCardinality(String)) COMMENT 'What did the work: names',
    "by.version" Array(LowCardinality(String)) COMMENT 'What did the work: versions',
    "by.hash" Array(LowCardinality(String)) COMMENT 'What did the work: hashes of the data used',
    error String COMMENT 'Why the attempt failed, if it did'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    interaction_id,
    revision,
    channel,
    started,
    started + toIntervalSecond(utc_offset_s) AS started_local,
    queue,
    team,
    agent,
    position,
    step,
    step_started,
    ms,
    "by.name",
    "by.version",
    "by.hash",
    error
FROM {raw}.trace
WHERE write IN (SELECT write FROM {raw}.current FINAL)
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Work done on interactions, one row a step';

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
