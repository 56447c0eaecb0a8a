package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// pruneAge is how old writes must be to be settled. A write that may yet come
// to count is at most tryTime old.
const pruneAge = time.Hour

// factTables hold rows of writes.
var factTables = []string{"interactions", "turns", "findings", "verdicts", "scorecards", "score_items", "trace", "summaries", "shadows", "hits", "highlights", "rule_sets", "answer_sheets"}

// prunedAtOnce bounds the length of one statement that deletes.
const prunedAtOnce = 10_000

// Prune settles what is an hour old: it deletes the rows of older revisions,
// of repeated writes and of attempts that broke off, and forgets that there
// was a choice. It returns how many rows it deleted. Nobody sees a difference
// but in disk space and in how fast queries are; run it every few minutes. It
// costs next to nothing where nothing was stored twice.
func (w *Warehouse) Prune(ctx context.Context) (rows uint64, err error) {
	partitions, err := w.unsettledPartitions(ctx, "max(at) < now64(3, 'UTC') - toIntervalSecond({age:UInt32})", Param("age", uint32(pruneAge.Seconds())))
	if err != nil || len(partitions) == 0 {
		return 0, err
	}
	all, err := w.lost(ctx, partitions)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(all, prunedAtOnce) {
		for _, table := range factTables {
			n, err := w.deleteWrites(ctx, table, some)
			if err != nil {
				return rows, err
			}
			rows += n
		}
	}
	if rows > 0 {
		w.log.Info("stale rows deleted", "rows", rows, "writes", len(all))
	}
	return rows, w.dropUnsettled(ctx, partitions)
}

// deleteWrites deletes the rows of writes from a table of facts.
func (w *Warehouse) deleteWrites(ctx context.Context, table string, writes []lost) (uint64, error) {
	return w.deleteRows(ctx, "{raw}", table, writes, w.everywhere)
}

// deleteRows deletes the rows of writes from a table, if it has any when read from
// a database. The ids find them by the index.
func (w *Warehouse) deleteRows(ctx context.Context, database, table string, writes []lost, run func(context.Context, string, ...any) error) (n uint64, err error) {
	const where = " WHERE interaction_id IN {ids:Array(String)} AND write IN {writes:Array(UInt64)}"
	ids, numbers := make([]string, len(writes)), make([]uint64, len(writes))
	for i, l := range writes {
		ids[i], numbers[i] = l.id, l.write
	}
	args := []any{Param("ids", ids), Param("writes", numbers)}
	if err := w.conn.QueryRow(ctx, w.expand("SELECT count() FROM "+database+"."+table+where), args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("find stale rows of %s: %w", table, err)
	}
	if n == 0 {
		return 0, nil
	}
	settings := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"mutations_sync": 2, "lightweight_deletes_sync": 2}))
	if err := run(settings, "DELETE FROM {local}."+table+" {on_cluster}"+where, args...); err != nil {
		return 0, fmt.Errorf("delete stale rows of %s: %w", table, err)
	}
	return n, nil
}
