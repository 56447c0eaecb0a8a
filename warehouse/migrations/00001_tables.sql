-- Physical tables. Nobody but the writer reads them: people read the views of
-- the files after this one, which show only what counts.
--
-- Each attempt to store an interaction is a "write" with a random number of its
-- own. Its rows go in first; last the row of the table current that names the
-- write. Rows of a write that current does not name (an attempt that broke off,
-- one that was repeated, an older revision) never count. So nothing has to be
-- collapsed when tables of facts are read, and what counts changes for a whole
-- interaction at once. How views tell at small cost: 00010_unsettled.sql.
--
-- Placeholders: {db} the database of views, {local} that of these tables, {raw}
-- the one to read them from, which differs where a cluster has several shards,
-- {on_cluster}, {replicated} what a cluster needs, {counts} the condition that a
-- row is one of a current result, {head} the columns that every
-- table of facts begins with. A line that ends with a semicolon ends a statement.

CREATE TABLE IF NOT EXISTS {local}.current {on_cluster}
(
    interaction_id String COMMENT 'The interaction' CODEC(ZSTD(1)),
    revision UInt64 COMMENT 'Of the record that the result came from; the highest counts' CODEC(ZSTD(1)),
    write UInt64 COMMENT 'The write whose rows are the result' CODEC(ZSTD(1)),
    channel LowCardinality(String) COMMENT 'As in the rows of the write: finds them by their key' CODEC(ZSTD(1)),
    started DateTime64(3, 'UTC') COMMENT 'As in the rows of the write: finds them by their key' CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') COMMENT 'When it was stored' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree(revision)
ORDER BY interaction_id
COMMENT 'Which write is the result of each interaction';

CREATE TABLE IF NOT EXISTS {local}.accepted {on_cluster}
(
    interaction_id String COMMENT 'The interaction; for a record that could not be read, where it lies in the log' CODEC(ZSTD(1)),
    revision UInt64 COMMENT 'Of the record, in the order they came' CODEC(ZSTD(1)),
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre; empty if the record could not be read' CODEC(ZSTD(1)),
    started DateTime64(3, 'UTC') COMMENT 'When the conversation began' CODEC(Delta, ZSTD(1)),
    source String COMMENT 'The file and line, or the topic, partition and offset it came from' CODEC(ZSTD(1)),
    noted_at DateTime64(3, 'UTC') COMMENT 'When this row was written' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY (interaction_id, revision)
COMMENT 'Records that reached the log: coverage is measured against them';

CREATE TABLE IF NOT EXISTS {local}.dead {on_cluster}
(
    interaction_id String COMMENT 'The interaction; empty if the record could not be read that far' CODEC(ZSTD(1)),
    revision UInt64 COMMENT 'Of the record; 0 if it never reached the log' CODEC(ZSTD(1)),
    key UInt64 COMMENT 'Tells apart records without id or revision; 0 for all others' CODEC(ZSTD(1)),
    channel LowCardinality(String) COMMENT 'How the customer reached the contact centre' CODEC(ZSTD(1)),
    step LowCardinality(String) COMMENT 'Where it failed: ingest, decode, or the name of a step' CODEC(ZSTD(1)),
    code LowCardinality(String) COMMENT 'The class of the reason, such as bad-input, crashed, timed-out' CODEC(ZSTD(1)),
    reason String COMMENT 'Why, for a person' CODEC(ZSTD(1)),
    source String COMMENT 'The file and line, or the topic, partition and offset it came from' CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') COMMENT 'When it failed' CODEC(Delta, ZSTD(1)),
    attempts Int64 COMMENT 'Times the step was tried' CODEC(T64, ZSTD(1)),
    record String COMMENT 'The record itself; empty where it was too large to keep' CODEC(ZSTD(3)),
    truncated Bool COMMENT 'The record was too large to keep' CODEC(ZSTD(1))
)
ENGINE = {replicated}ReplacingMergeTree
ORDER BY (interaction_id, revision, key)
COMMENT 'Records without a result, and why';

CREATE TABLE IF NOT EXISTS {local}.interactions {on_cluster}
(
    {head}
    schema UInt16 COMMENT 'Version of the record''s form' CODEC(ZSTD(1)),
    language LowCardinality(String) COMMENT 'BCP 47 tag of the main language, as sent' CODEC(ZSTD(1)),
    direction LowCardinality(String) COMMENT 'inbound or outbound; empty: not known' CODEC(ZSTD(1)),
    customer String COMMENT 'The customer''s key in the user''s own systems' CODEC(ZSTD(1)),
    attributes Map(LowCardinality(String), String) COMMENT 'What else was sent: tier, region, product and the like' CODEC(ZSTD(1)),
    region LowCardinality(String) MATERIALIZED attributes['region'] COMMENT 'The customer''s region, of the attributes' CODEC(ZSTD(1)),
    product LowCardinality(String) MATERIALIZED attributes['product'] COMMENT 'What it was about, of the attributes' CODEC(ZSTD(1)),
    tier LowCardinality(String) MATERIALIZED attributes['tier'] COMMENT 'The customer''s tier, of the attributes' CODEC(ZSTD(1)),
    brand LowCardinality(String) MATERIALIZED attributes['brand'] COMMENT 'The brand, of the attributes' CODEC(ZSTD(1)),
    customer_hash UInt64 MATERIALIZED if(customer = '', 0, sipHash64(customer)) COMMENT 'Stands for the customer, and is counted and grouped by faster; 0: not known' CODEC(ZSTD(1)),
    ended Nullable(DateTime64(3, 'UTC')) COMMENT 'When the conversation ended, if that was sent' CODEC(ZSTD(1)),
    media_sha256 String COMMENT 'SHA-256 of the recording; empty for text channels' CODEC(ZSTD(1)),
    media_name String COMMENT 'File name the recording was sent under' CODEC(ZSTD(1)),
    media_bytes Int64 COMMENT 'Size of the recording' CODEC(T64, ZSTD(1)),
    media_type LowCardinality(String) COMMENT 'Media type of the recording' CODEC(ZSTD(1)),
    media_format LowCardinality(String) COMMENT 'How to read a recording without a header' CODEC(ZSTD(1)),
    media_roles Array(LowCardinality(String)) COMMENT 'Who speaks on each channel of the recording' CODEC(ZSTD(1)),
    has_transcript Bool COMMENT 'There is a transcript' CODEC(ZSTD(1)),
    transcript_language LowCardinality(String) COMMENT 'BCP 47 tag of the language found' CODEC(ZSTD(1)),
    grade LowCardinality(String) COMMENT 'How the parties were told apart: text, stereo or mono' CODEC(ZSTD(1)),
    length_ms Int64 COMMENT 'Of the recording, or from first to last message, in milliseconds' CODEC(T64, ZSTD(1)),
    "transcript_by.name" Array(LowCardinality(String)) COMMENT 'What made the transcript: names' CODEC(ZSTD(1)),
    "transcript_by.version" Array(LowCardinality(String)) COMMENT 'What made the transcript: versions' CODEC(ZSTD(1)),
    "transcript_by.hash" Array(LowCardinality(String)) COMMENT 'What made the transcript: hashes of the data used' CODEC(ZSTD(1)),
    "events.kind" Array(LowCardinality(String)) COMMENT 'Stretches that are not conversation: music, ringing and the like' CODEC(ZSTD(1)),
    "events.party" Array(LowCardinality(String)) COMMENT 'Whose channel each was heard on' CODEC(ZSTD(1)),
    "events.start_ms" Array(Int64) COMMENT 'When each began, in milliseconds from the start' CODEC(T64, ZSTD(1)),
    "events.end_ms" Array(Int64) COMMENT 'When each ended' CODEC(T64, ZSTD(1)),
    notes Array(String) COMMENT 'What a reader of the transcript should know' CODEC(ZSTD(1)),
    span_ms Int64 COMMENT 'From the start to the end of the last turn, or length_ms if that is more' CODEC(T64, ZSTD(1)),
    turns UInt32 COMMENT 'Number of turns' CODEC(T64, ZSTD(1)),
    agent_turns UInt32 COMMENT 'Turns of the agent' CODEC(T64, ZSTD(1)),
    customer_turns UInt32 COMMENT 'Turns of the customer' CODEC(T64, ZSTD(1)),
    agent_ms Int64 COMMENT 'Sum of the lengths of the agent''s turns' CODEC(T64, ZSTD(1)),
    customer_ms Int64 COMMENT 'Sum of the lengths of the customer''s turns' CODEC(T64, ZSTD(1)),
    hits UInt32 COMMENT 'Number of rules that hit' CODEC(T64, ZSTD(1)),
    severity Int64 COMMENT 'Highest severity of a rule that hit: 0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id)
COMMENT 'Conversations, one row a write';

CREATE TABLE IF NOT EXISTS {local}.turns {on_cluster}
(
    {head}
    turn UInt32 COMMENT 'Number of the turn, from 0' CODEC(Delta, ZSTD(1)),
    party LowCardinality(String) COMMENT 'Who speaks: customer, agent, system or unknown' CODEC(ZSTD(1)),
    start_ms Int64 COMMENT 'When it begins, in milliseconds from the start of the conversation' CODEC(Delta, ZSTD(1)),
    end_ms Int64 COMMENT 'When it ends' CODEC(Delta, ZSTD(1)),
    text String COMMENT 'What was said or written, private data masked' CODEC(ZSTD(3)),
    language LowCardinality(String) COMMENT 'BCP 47 tag, where it was found for the turn' CODEC(ZSTD(1)),
    confidence Float64 COMMENT 'Mean probability of its words, 0 to 1; 0: not known, as for text' CODEC(ZSTD(1)),
    no_speech Float64 COMMENT 'Probability that nobody spoke, 0 to 1' CODEC(ZSTD(1)),
    loudness_db Nullable(Float64) COMMENT 'Mean level of the voiced parts, in dB below full scale; NULL: not measured' CODEC(ZSTD(1)),
    pitch_hz Float64 COMMENT 'Median fundamental frequency; 0: none found' CODEC(ZSTD(1)),
    voiced Float64 COMMENT 'Share of the turn with a pitch, 0 to 1' CODEC(ZSTD(1)),
    pace Float64 COMMENT 'Chinese characters or English words a minute' CODEC(ZSTD(1)),
    "words.from" Array(Int64) COMMENT 'Recognised words: first byte of each in the text' CODEC(T64, ZSTD(1)),
    "words.to" Array(Int64) COMMENT 'Recognised words: byte after the last of each' CODEC(T64, ZSTD(1)),
    "words.start_ms" Array(Int64) COMMENT 'Recognised words: when each begins' CODEC(Delta, ZSTD(1)),
    "words.end_ms" Array(Int64) COMMENT 'Recognised words: when each ends' CODEC(Delta, ZSTD(1)),
    "words.confidence" Array(Float64) COMMENT 'Recognised words: probability of each, 0 to 1' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, turn)
COMMENT 'What was said, one row a turn and write';

CREATE TABLE IF NOT EXISTS {local}.findings {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the finding in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String) COMMENT 'What was noticed, such as word.threat or silence.long' CODEC(ZSTD(1)),
    party LowCardinality(String) COMMENT 'Who said or caused it; empty: nobody in particular' CODEC(ZSTD(1)),
    score Float64 COMMENT 'How sure the detector is, 0 to 1' CODEC(ZSTD(1)),
    value Float64 COMMENT 'A measure, in the unit that the kind documents, such as seconds' CODEC(ZSTD(1)),
    label String COMMENT 'What exactly: the entry of the lexicon, the entity' CODEC(ZSTD(1)),
    severity Int64 COMMENT '0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    by_name LowCardinality(String) COMMENT 'What made it: name' CODEC(ZSTD(1)),
    by_version LowCardinality(String) COMMENT 'What made it: version' CODEC(ZSTD(1)),
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used' CODEC(ZSTD(1)),
    {evidence}
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, position)
COMMENT 'What detectors noticed, one row a finding and write';

CREATE TABLE IF NOT EXISTS {local}.verdicts {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the verdict in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    rule LowCardinality(String) COMMENT 'The rule' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Of the rule' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Of the rule, for people' CODEC(ZSTD(1)),
    outcome LowCardinality(String) COMMENT 'hit, miss or unsure' CODEC(ZSTD(1)),
    because String COMMENT 'Why, in one sentence' CODEC(ZSTD(1)),
    severity Int64 COMMENT 'Of a hit: 0 none, 1 note, 2 serious, 3 critical' CODEC(T64, ZSTD(1)),
    tags Array(LowCardinality(String)) COMMENT 'Of the rule' CODEC(ZSTD(1)),
    by_name LowCardinality(String) COMMENT 'What made it: name' CODEC(ZSTD(1)),
    by_version LowCardinality(String) COMMENT 'What made it: version' CODEC(ZSTD(1)),
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used' CODEC(ZSTD(1)),
    {evidence}
    "searched.turn" Array(Int64) COMMENT 'For a miss, the stretches searched: number of the turn' CODEC(T64, ZSTD(1)),
    "searched.from" Array(Int64) COMMENT 'Stretches searched: first byte in the text of the turn' CODEC(T64, ZSTD(1)),
    "searched.to" Array(Int64) COMMENT 'Stretches searched: byte after the last' CODEC(T64, ZSTD(1)),
    "searched.quote" Array(String) COMMENT 'Stretches searched: empty where it is the text there, else = and the quote' CODEC(ZSTD(1)),
    "searched.start_ms" Array(Int64) COMMENT 'Stretches searched: when each begins' CODEC(T64, ZSTD(1)),
    "searched.end_ms" Array(Int64) COMMENT 'Stretches searched: when each ends' CODEC(T64, ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, position)
COMMENT 'What rules say, one row a rule and write';

CREATE TABLE IF NOT EXISTS {local}.scorecards {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    name LowCardinality(String) COMMENT 'The scorecard' CODEC(ZSTD(1)),
    title LowCardinality(String) COMMENT 'Of the scorecard, for people' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Of the scorecard' CODEC(ZSTD(1)),
    score Float64 COMMENT '100 x points / possible; 0 after an auto-fail' CODEC(ZSTD(1)),
    points Float64 COMMENT 'Points reached' CODEC(ZSTD(1)),
    possible Float64 COMMENT 'Sum of the weights of the questions that applied' CODEC(ZSTD(1)),
    auto_fail Bool COMMENT 'A question that fails the whole was failed' CODEC(ZSTD(1)),
    passed Bool COMMENT 'The score reaches the pass mark, and no auto-fail' CODEC(ZSTD(1)),
    review Bool COMMENT 'A person should look' CODEC(ZSTD(1)),
    items UInt32 COMMENT 'Number of questions' CODEC(T64, ZSTD(1)),
    by_name LowCardinality(String) COMMENT 'What made it: name' CODEC(ZSTD(1)),
    by_version LowCardinality(String) COMMENT 'What made it: version' CODEC(ZSTD(1)),
    by_hash LowCardinality(String) COMMENT 'What made it: hash of the data it used' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, position)
COMMENT 'Scorecards filled in, one row a scorecard and write';

CREATE TABLE IF NOT EXISTS {local}.score_items {on_cluster}
(
    {head}
    scorecard_position UInt32 COMMENT 'Number of the scorecard in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    position UInt32 COMMENT 'Number of the question in its scorecard, from 0' CODEC(Delta, ZSTD(1)),
    scorecard LowCardinality(String) COMMENT 'The scorecard''s name' CODEC(ZSTD(1)),
    scorecard_version LowCardinality(String) COMMENT 'The scorecard''s version' CODEC(ZSTD(1)),
    question LowCardinality(String) COMMENT 'The question''s id in the form' CODEC(ZSTD(1)),
    section LowCardinality(String) COMMENT 'The section of the form' CODEC(ZSTD(1)),
    text LowCardinality(String) COMMENT 'The question, for people' CODEC(ZSTD(1)),
    rule LowCardinality(String) COMMENT 'The rule that answered it' CODEC(ZSTD(1)),
    answer LowCardinality(String) COMMENT 'pass, fail, n/a or unsure' CODEC(ZSTD(1)),
    points Float64 COMMENT 'Points reached' CODEC(ZSTD(1)),
    possible Float64 COMMENT 'Points that could be reached' CODEC(ZSTD(1)),
    auto_fail Bool COMMENT 'It failed the whole scorecard' CODEC(ZSTD(1)),
    because String COMMENT 'Why, in one sentence' CODEC(ZSTD(1)),
    {evidence}
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, scorecard_position, position)
COMMENT 'Answers of scorecards, one row a question and write';

CREATE TABLE IF NOT EXISTS {local}.trace {on_cluster}
(
    {head}
    position UInt32 COMMENT 'Number of the entry in its interaction, from 0' CODEC(Delta, ZSTD(1)),
    step LowCardinality(String) COMMENT 'The step' CODEC(ZSTD(1)),
    step_started DateTime64(3, 'UTC') COMMENT 'When it began to work' CODEC(Delta, ZSTD(1)),
    ms Int64 COMMENT 'How long it worked, in milliseconds' CODEC(T64, ZSTD(1)),
    "by.name" Array(LowCardinality(String)) COMMENT 'What did the work: names' CODEC(ZSTD(1)),
    "by.version" Array(LowCardinality(String)) COMMENT 'What did the work: versions' CODEC(ZSTD(1)),
    "by.hash" Array(LowCardinality(String)) COMMENT 'What did the work: hashes of the data used' CODEC(ZSTD(1)),
    error String COMMENT 'Why the attempt failed, if it did' CODEC(ZSTD(1)),
    INDEX id interaction_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {replicated}MergeTree
PARTITION BY toYYYYMM(started)
ORDER BY (channel, toDate32(started), interaction_id, position)
COMMENT 'Work done on interactions, one row a step and write';
