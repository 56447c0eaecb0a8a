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
    write UInt64 COMMENT 'The write the row belongs to: the same in all rows of one result, and the fastest to join them by',
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
    region LowCardinality(String) COMMENT 'The customer''s region, of the attributes',
    product LowCardinality(String) COMMENT 'What it was about, of the attributes',
    tier LowCardinality(String) COMMENT 'The customer''s tier, of the attributes',
    brand LowCardinality(String) COMMENT 'The brand, of the attributes',
    customer_hash UInt64 COMMENT 'Stands for the customer, and is counted and grouped by faster; 0: not known',
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
    write,
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
    region,
    product,
    tier,
    brand,
    customer_hash,
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
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Conversations, one row each';

CREATE OR REPLACE VIEW {db}.turns {on_cluster}
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
    write,
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
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What was said, one row a turn';

CREATE OR REPLACE VIEW {db}.findings {on_cluster}
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
    write,
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
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'What detectors noticed, one row a finding';

CREATE OR REPLACE VIEW {db}.trace {on_cluster}
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
    write,
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
WHERE {counts}
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
COMMENT 'Work done on interactions, one row a step';
