package warehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// unsettledRow is a write that may still come to count, or cease to. The
// store's clock says when it was written.
type unsettledRow struct {
	InteractionID string `ch:"interaction_id"`
	Write         uint64 `ch:"write"`
	Revision      uint64 `ch:"revision"`
	Done          bool   `ch:"done"`
	Position      uint32 `ch:"position"`
	Load          uint64 `ch:"load"`
}

func unsettled(current []currentRow, done bool, load uint64) []unsettledRow {
	rows := make([]unsettledRow, len(current))
	for i, c := range current {
		rows[i] = unsettledRow{InteractionID: c.InteractionID, Write: c.Write, Revision: c.Revision, Done: done, Position: uint32(i), Load: load}
	}
	return rows
}

// begin announces the writes of a batch, so that none of their rows counts
// before all are there, and the writes that they compete with.
func (w *Warehouse) begin(ctx context.Context, current []currentRow) error {
	if err := insert(ctx, w, "unsettled", unsettled(current, false, 0)); err != nil {
		return err
	}
	err := w.conn.Exec(ctx, w.expand("INSERT INTO {raw}.unsettled (interaction_id, write, revision, done, position, load)"+
		" SELECT interaction_id, write, revision, true, 0, 0 FROM {raw}.current FINAL WHERE interaction_id IN {ids:Array(String)}"),
		Param("ids", idsOf(current)))
	if err != nil {
		return fmt.Errorf("write unsettled: %w", err)
	}
	return nil
}

// load writes a batch of interactions that the store does not know yet, and
// settles it at once. It must not run while others write interactions of the
// same ids. known tells that the store has some of them: nothing was written.
func (w *Warehouse) load(ctx context.Context, b *batch) (known bool, err error) {
	var n uint64
	err = w.conn.QueryRow(ctx, w.expand("SELECT count() FROM {raw}.current WHERE interaction_id IN {ids:Array(String)}"),
		Param("ids", idsOf(b.current))).Scan(&n)
	if err != nil || n > 0 {
		return n > 0, err
	}
	load := rand.Uint64() | 1
	if err := insert(ctx, w, "unsettled", unsettled(b.current, false, load)); err != nil {
		return false, err
	}
	if err := w.sendFacts(ctx, b); err != nil {
		return false, err
	}
	if err := insert(ctx, w, "current", b.current); err != nil {
		return false, err
	}
	ids, err := w.unsettledPartitions(ctx, "load = {load:UInt64}", Param("load", load))
	if err != nil {
		return false, err
	}
	return false, w.dropUnsettled(ctx, ids)
}

func idsOf(current []currentRow) []string {
	ids := make([]string, len(current))
	for i, c := range current {
		ids[i] = c.InteractionID
	}
	return ids
}

// unsettledPartitions returns the names of partitions of unsettled.
func (w *Warehouse) unsettledPartitions(ctx context.Context, having string, args ...any) ([]string, error) {
	rows, err := w.conn.Query(ctx, w.expand("SELECT _partition_id FROM {raw}.unsettled GROUP BY _partition_id, load HAVING "+having), args...)
	if err != nil {
		return nil, fmt.Errorf("find settled writes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("find settled writes: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (w *Warehouse) dropUnsettled(ctx context.Context, partitions []string) error {
	for _, id := range partitions {
		if err := w.everywhere(ctx, "ALTER TABLE {local}.unsettled {on_cluster} DROP PARTITION ID '"+id+"'"); err != nil {
			return fmt.Errorf("forget settled writes: %w", err)
		}
	}
	return nil
}

// lost is a write that does not count and never will.
type lost struct {
	id    string
	write uint64
}

// lost returns the writes of the partitions that current does not name.
func (w *Warehouse) lost(ctx context.Context, partitions []string) ([]lost, error) {
	return w.writes(ctx, `
		SELECT DISTINCT interaction_id, write FROM {raw}.unsettled
		WHERE _partition_id IN {partitions:Array(String)} AND (interaction_id, write) NOT IN
		(
			SELECT interaction_id, write FROM {raw}.current FINAL
			WHERE interaction_id IN (SELECT interaction_id FROM {raw}.unsettled WHERE _partition_id IN {partitions:Array(String)})
		)`, Param("partitions", partitions))
}

// writes reads the ids and numbers of writes.
func (w *Warehouse) writes(ctx context.Context, query string, args ...any) ([]lost, error) {
	rows, err := w.conn.Query(ctx, w.expand(query), args...)
	if err != nil {
		return nil, fmt.Errorf("look for writes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []lost
	for rows.Next() {
		var l lost
		if err := rows.Scan(&l.id, &l.write); err != nil {
			return nil, fmt.Errorf("look for writes: %w", err)
		}
		all = append(all, l)
	}
	return all, rows.Err()
}
