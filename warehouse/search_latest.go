package warehouse

import (
	"context"
	"fmt"
	"time"

	"earshot/models"
)

// question is a search as the store is asked it.
type question struct {
	where    string
	settings string
	args     []any
	limit    int
	terms    []term
}

// since narrows the question to conversations that began then or later.
func (q question) since(t time.Time) question {
	q.where += " AND started >= {since:DateTime64(3, 'UTC')}"
	q.args = append([]any{Param("since", storable(t).Format(moment))}, q.args...)
	return q
}

const moment = "2006-01-02 15:04:05.000"

// alone leaves the other processors to others: to look into the index takes one
// in any case.
func (q question) alone() question {
	if q.settings == "" {
		q.settings = " SETTINGS max_threads = 1"
	} else {
		q.settings += ", max_threads = 1"
	}
	return q
}

// headStart is about what a word takes that few say, in 10 million turns.
const headStart = 10 * time.Millisecond

// spans are how far back is looked for words that many say.
var spans = []time.Duration{24 * time.Hour, 7 * 24 * time.Hour, 31 * 24 * time.Hour}

// latest answers a question, of conversations that began before to. What few
// say is found at once by the index; what many say stands in every part of the
// index, and is found at once in the last day or week. Nobody knows beforehand
// which it is: both are tried, nearly side by side, and the first answer ends
// the other.
func (w *Warehouse) latest(ctx context.Context, q question, to time.Time) ([]Found, error) {
	if w.plain {
		return w.find(ctx, q)
	}
	ctx, leave := context.WithCancel(ctx)
	type answer struct {
		found []Found
		err   error
	}
	near, whole := make(chan answer, 1), make(chan answer, 1)
	go func() {
		found, err := w.find(ctx, q.alone())
		whole <- answer{found, err}
	}()
	select {
	case a := <-whole:
		leave()
		return a.found, a.err
	case <-time.After(headStart):
	}
	go func() {
		found, err := w.near(ctx, q, to)
		near <- answer{found, err}
	}()
	select {
	case a := <-near:
		leave()
		<-whole
		return a.found, a.err
	case a := <-whole:
		leave()
		<-near
		return a.found, a.err
	}
}

// near looks for as many turns as are asked for in the last day, week and
// month before to, or before the last conversation, and then in all.
func (w *Warehouse) near(ctx context.Context, q question, to time.Time) (found []Found, err error) {
	end := time.Now()
	if !to.IsZero() && to.Before(end) {
		end = to
	}
	if found, err = w.find(ctx, q.since(end.Add(-spans[0]))); err != nil || len(found) == q.limit {
		return found, err
	}
	if len(found) == 0 {
		if end, err = w.lastBefore(ctx, end); err != nil {
			return nil, err
		}
	}
	day := q.limit // as many as that may be found in one
	for _, span := range spans {
		if 2*day*int(span/spans[0]) < q.limit {
			continue // it would hardly be enough
		}
		if found, err = w.find(ctx, q.since(end.Add(-span))); err != nil || len(found) == q.limit {
			return found, err
		}
		day = min(day, len(found))
	}
	return w.find(ctx, q)
}

// lastBefore returns when the last conversation before end began.
func (w *Warehouse) lastBefore(ctx context.Context, end time.Time) (last time.Time, err error) {
	// Where there is anything of the last month, this costs a few milliseconds.
	for _, since := range []time.Time{end.AddDate(0, -1, 0), noFrom} {
		err := w.reader.QueryRow(ctx, "SELECT max(started) FROM interactions WHERE started >= {since:DateTime64(3, 'UTC')} AND started < {until:DateTime64(3, 'UTC')}",
			Param("since", storable(since).Format(moment)), Param("until", storable(end).Format(moment))).Scan(&last)
		if err != nil {
			return end, fmt.Errorf("search: %w", queryError(err))
		}
		if last.After(since) {
			return last, nil
		}
	}
	return end, nil
}

// find returns the latest turns that a question is about.
func (w *Warehouse) find(ctx context.Context, q question) ([]Found, error) {
	rows, err := w.reader.Query(ctx, "SELECT interaction_id, started, channel, queue, agent, turn, party, start_ms, text, words.from, words.start_ms"+
		" FROM turns WHERE "+q.where+" ORDER BY started DESC, interaction_id, turn LIMIT {limit:UInt32}"+q.settings, append(q.args, Param("limit", q.limit))...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", queryError(err))
	}
	defer func() { _ = rows.Close() }()
	all := []Found{}
	for rows.Next() {
		var f Found
		var id, channel, party string
		var turn uint32
		var at int64
		var wordFrom, wordStart []int64
		if err := rows.Scan(&id, &f.Started, &channel, &f.Queue, &f.Agent, &turn, &party, &at, &f.Text, &wordFrom, &wordStart); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		f.ID, f.Channel, f.Party, f.Turn = models.ID(id), models.Channel(channel), models.Party(party), int(turn)
		f.Marks = marks(f.Text, q.terms)
		f.At = said(models.Millis(at), f.Marks, wordFrom, wordStart)
		all = append(all, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("search: %w", queryError(err))
	}
	return all, nil
}
