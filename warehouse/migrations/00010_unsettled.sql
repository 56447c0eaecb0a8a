-- What counts, told without reading all of what counts.
--
-- The table current grows with the history: to filter by it costs every query
-- a second at a few million conversations. The table unsettled holds only the
-- writes of the last hours and those that they compete with. A write of an
-- interaction that has rows here counts if it is done and the highest of them;
-- a write without rows here counts. Before a write's first row of facts goes
-- in, its row and that of the write that is current come here; after its row
-- in current it is done. Prune deletes the facts of those that lost and then
-- these rows, an hour later, when nothing can change any more.
CREATE TABLE IF NOT EXISTS {local}.unsettled {on_cluster}
(
    interaction_id String COMMENT 'The interaction' CODEC(ZSTD(1)),
    write UInt64 COMMENT 'A write of it' CODEC(ZSTD(1)),
    revision UInt64 COMMENT 'Of the record that the write came from; the highest counts' CODEC(ZSTD(1)),
    done Bool COMMENT 'All rows of the write are there, and current names it' CODEC(ZSTD(1)),
    position UInt32 COMMENT 'Place in its batch: of one revision the last counts' CODEC(ZSTD(1)),
    load UInt64 COMMENT 'The bulk load that the write belongs to; 0: none' CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, by the clock of the store' CODEC(Delta, ZSTD(1))
)
ENGINE = {replicated}MergeTree
PARTITION BY (load, toStartOfHour(at))
ORDER BY (interaction_id, write)
COMMENT 'Writes that may still come to count, or cease to';

TRUNCATE TABLE {local}.unsettled {on_cluster};

-- What older versions have left behind and not yet pruned.
INSERT INTO {local}.unsettled (interaction_id, write, revision, done, position, load)
SELECT DISTINCT interaction_id, write, revision, false, 0, 0
FROM
(
    SELECT interaction_id, write, revision FROM {local}.interactions
    UNION ALL SELECT interaction_id, write, revision FROM {local}.turns
    UNION ALL SELECT interaction_id, write, revision FROM {local}.findings
    UNION ALL SELECT interaction_id, write, revision FROM {local}.verdicts
    UNION ALL SELECT interaction_id, write, revision FROM {local}.scorecards
    UNION ALL SELECT interaction_id, write, revision FROM {local}.score_items
    UNION ALL SELECT interaction_id, write, revision FROM {local}.trace
    UNION ALL SELECT interaction_id, write, revision FROM {local}.summaries
)
WHERE write NOT IN (SELECT write FROM {local}.current FINAL);

CREATE OR REPLACE VIEW {local}.stale {on_cluster}
(
    write UInt64 COMMENT 'A write whose rows do not count'
)
AS SELECT write
FROM {local}.unsettled
WHERE (interaction_id, write) NOT IN
(
    SELECT interaction_id, argMaxIf(write, (revision, at, position), done)
    FROM {local}.unsettled
    GROUP BY interaction_id
)
COMMENT 'Writes whose rows do not count';

-- Smaller granules: the writer looks a few hundred interactions up at a time.
CREATE TABLE IF NOT EXISTS {local}.current_next {on_cluster}
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
SETTINGS index_granularity = 512
COMMENT 'Which write is the result of each interaction';

TRUNCATE TABLE {local}.current_next {on_cluster};

INSERT INTO {local}.current_next SELECT * FROM {local}.current FINAL;

EXCHANGE TABLES {local}.current AND {local}.current_next {on_cluster};

DROP TABLE {local}.current_next {on_cluster} SYNC;

{views};
