package warehouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// pruneAge is how old rows must be to be cleared away. A write that may yet
// come to count is at most tryTime old.
const pruneAge = time.Hour

// factTables hold rows of writes.
var factTables = []string{"interactions", "turns", "findings", "verdicts", "scorecards", "score_items", "trace", "summaries", "shadows"}

// Prune deletes what no longer counts: rows of older revisions, of repeated
// writes, and of attempts that broke off, if they are an hour old. It returns
// how many rows it deleted. Nobody sees a difference but in disk space; run it
// once a day, and after scoring much again.
func (w *Warehouse) Prune(ctx context.Context) (rows uint64, err error) {
	const stale = " WHERE write NOT IN (SELECT write FROM {raw}.current FINAL) AND stored_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC')"
	before := clickhouse.Named("before", time.Now().Add(-pruneAge).UnixMilli())
	for _, table := range factTables {
		var n uint64
		if err := w.conn.QueryRow(ctx, w.expand("SELECT count() FROM {raw}."+table+stale), before).Scan(&n); err != nil {
			return rows, fmt.Errorf("find stale rows of %s: %w", table, err)
		}
		if n == 0 {
			continue
		}
		settings := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
			"mutations_sync": 2, "lightweight_deletes_sync": 2, "allow_nondeterministic_mutations": 1,
		}))
		if err := w.conn.Exec(settings, w.expand("DELETE FROM {raw}."+table+" {on_cluster}"+stale), before); err != nil {
			return rows, fmt.Errorf("delete stale rows of %s: %w", table, err)
		}
		rows += n
	}
	if rows > 0 {
		w.log.Info("stale rows deleted", "rows", rows)
	}
	return rows, nil
}
