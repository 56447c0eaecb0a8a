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

// find returns the latest turns that a question is about.
func (w *Warehouse) find(ctx context.Context, q question) ([]Found, error) {
	found, t, err := w.quick(ctx, q)
	if t == rowsTell || err != nil {
		return found, err
	}
	return w.slow(ctx, q)
}

// slow returns them where the pieces of the words do not tell: it reads the texts,
// and if bare rows do not tell at all, the view.
func (w *Warehouse) slow(ctx context.Context, q question) ([]Found, error) {
	if !q.exact {
		q = q.reading()
		if found, t, err := w.quick(ctx, q); t == rowsTell || err != nil {
			return found, err
		}
	}
	return w.view(ctx, q)
}

// view asks the view, to plan which takes longer.
func (w *Warehouse) view(ctx context.Context, q question) ([]Found, error) {
	rows, err := w.rows(ctx, q, "turns WHERE "+q.where.String()+" ORDER BY started DESC, interaction_id, turn", q.where.args, q.limit)
	return q.found(rows), err
}

// bareAnswer says whether bare rows answer a question.
type bareAnswer int

const (
	rowsTellNothing bareAnswer = iota
	rowsTell
	rowsMislead // most of the latest that have the pieces are other texts
)

// quick looks for them in the bare rows. They do not tell if too many of these
// are of other texts, or one is of a result that does not count.
func (w *Warehouse) quick(ctx context.Context, q question) ([]Found, bareAnswer, error) {
	if len(q.index.all) == 0 {
		return nil, rowsTellNothing, nil
	}
	rows, t, err := w.bare(ctx, q)
	if t != rowsTell || err != nil {
		return nil, t, err
	}
	stale, err := w.stale(ctx, rows)
	if err != nil || stale {
		return nil, rowsTellNothing, err
	}
	return q.found(rows), rowsTell, nil
}

// beyond are read behind the last row that is wanted: enough, nearly always, to see
// all turns of its conversation.
const beyond = 6

// fewRows are enough to see that the words of a phrase are common and the phrase
// is not.
const fewRows = 12

// bare returns the latest rows, whether they count or not, in their order, if it
// has all there are or as many as are asked for.
func (w *Warehouse) bare(ctx context.Context, q question) (rows []row, t bareAnswer, err error) {
	sizes := []int{q.limit + beyond, 2*q.limit + 10*beyond}
	if q.phrase && !q.exact {
		sizes = slices.Insert(sizes, 0, fewRows)
	}
	for _, most := range sizes {
		if rows, t, err = w.first(ctx, q, most); t != rowsTellNothing || err != nil {
			break
		}
	}
	return rows, t, err
}

// first looks for them in that many rows at most.
func (w *Warehouse) first(ctx context.Context, q question, most int) ([]row, bareAnswer, error) {
	// The time alone is read for every turn with the words. So those that began
	// when the last one did are in no order, and some may be missing.
	rows, err := w.rows(ctx, q, "said WHERE "+q.index.String()+" ORDER BY started DESC", q.index.args, most)
	if err != nil {
		return nil, rowsTellNothing, err
	}
	all := len(rows) < most
	if !all {
		last := rows[most-1].Started
		rows = slices.DeleteFunc(rows, func(r row) bool { return !r.Started.After(last) })
	}
	read := len(rows)
	rows = slices.DeleteFunc(rows, func(r row) bool {
		return slices.ContainsFunc(q.terms, func(t term) bool { return !t.in(r.Text) })
	})
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Turn, b.Turn))
	})
	switch {
	case len(rows) >= q.limit:
		return rows[:q.limit], rowsTell, nil
	case all:
		return rows, rowsTell, nil
	case 2*len(rows) < read:
		return nil, rowsMislead, nil
	}
	return nil, rowsTellNothing, nil
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
	planned := question{settings: w.inlined(ctx)}.set()
	// What superseded says takes twice as long as that there is nothing to say.
	for _, view := range []string{"undecided", "superseded"} {
		var n uint64
		if err := w.reader.QueryRow(ctx, "SELECT count() FROM "+view+" WHERE write IN {writes:Array(UInt64)}"+planned, Param("writes", writes)).Scan(&n); err != nil {
			return false, fmt.Errorf("search: %w", queryError(err))
		}
		if n == 0 {
			return false, nil
		}
	}
	return true, nil
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
