package warehouse

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"earshot/models"
)

// row is a turn of one write, which need not count.
type row struct {
	Found
	write uint64
}

// find returns the latest turns that a question is about. If the bare rows do not
// tell, the view does.
func (w *Warehouse) find(ctx context.Context, q question) ([]Found, error) {
	for _, q := range []question{q, q.reading()} {
		if found, ok, err := w.quick(ctx, q); ok || err != nil {
			return found, err
		}
		if q.exact {
			break
		}
	}
	rows, err := w.rows(ctx, q, "turns WHERE "+q.where.String()+" ORDER BY started DESC, interaction_id, turn", q.where.args, q.limit)
	return q.found(rows), err
}

// quick looks for them in the bare rows. It is not ok if too many of these are of
// other texts, or one is of a result that does not count.
func (w *Warehouse) quick(ctx context.Context, q question) (found []Found, ok bool, err error) {
	if len(q.index.all) == 0 {
		return nil, false, nil
	}
	rows, all, err := w.bare(ctx, q)
	if err != nil || !all {
		return nil, false, err
	}
	stale, err := w.stale(ctx, rows)
	if err != nil || stale {
		return nil, false, err
	}
	return q.found(rows), true, nil
}

// bare returns the latest rows, whether they count or not, in their order. It
// tells whether it has all there are, or as many as are asked for.
func (w *Warehouse) bare(ctx context.Context, q question) (rows []row, all bool, err error) {
	// The time alone is read for every turn with the words. So those that began
	// when the last one did are in no order, and some may be missing.
	most := q.limit + q.limit/4 + 10
	if rows, err = w.rows(ctx, q, "said WHERE "+q.index.String()+" ORDER BY started DESC", q.index.args, most); err != nil {
		return nil, false, err
	}
	if all = len(rows) < most; !all {
		last := rows[most-1].Started
		rows = slices.DeleteFunc(rows, func(r row) bool { return !r.Started.After(last) })
	}
	rows = slices.DeleteFunc(rows, func(r row) bool {
		return slices.ContainsFunc(q.terms, func(t term) bool { return !t.in(r.Text) })
	})
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Turn, b.Turn))
	})
	if len(rows) >= q.limit {
		return rows[:q.limit], true, nil
	}
	return rows, all, nil
}

// stale tells whether some of the rows do not count by now.
func (w *Warehouse) stale(ctx context.Context, rows []row) (bool, error) {
	if len(rows) == 0 {
		return false, nil
	}
	writes := make([]uint64, len(rows))
	for i, r := range rows {
		writes[i] = r.write
	}
	var n uint64
	if err := w.reader.QueryRow(ctx, "SELECT count() FROM superseded WHERE write IN {writes:Array(UInt64)}", Param("writes", writes)).Scan(&n); err != nil {
		return false, fmt.Errorf("search: %w", queryError(err))
	}
	return n > 0, nil
}

// found are the rows as people see them.
func (q question) found(rows []row) []Found {
	all := make([]Found, len(rows))
	for i, r := range rows {
		all[i] = r.Found
	}
	return all
}

// rows reads the first turns of a view.
func (w *Warehouse) rows(ctx context.Context, q question, from string, args []any, limit int) (all []row, err error) {
	rows, err := w.reader.Query(ctx, "SELECT interaction_id, write, started, channel, queue, agent, turn, party, start_ms, text, words.from, words.start_ms"+
		" FROM "+from+" LIMIT {limit:UInt32}"+q.set(), append(slices.Clip(args), Param("limit", limit))...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", queryError(err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r row
		var id, channel, party string
		var turn uint32
		var at int64
		var wordFrom, wordStart []int64
		if err := rows.Scan(&id, &r.write, &r.Started, &channel, &r.Queue, &r.Agent, &turn, &party, &at, &r.Text, &wordFrom, &wordStart); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		r.ID, r.Channel, r.Party, r.Turn = models.ID(id), models.Channel(channel), models.Party(party), int(turn)
		r.Marks = marks(r.Text, q.terms)
		r.At = said(models.Millis(at), r.Marks, wordFrom, wordStart)
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("search: %w", queryError(err))
	}
	return all, nil
}
