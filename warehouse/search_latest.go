package warehouse

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// headStart is what a word takes that few say, in 10 million turns.
const headStart = 15 * time.Millisecond

// spans are how far back is looked for words that many say.
var spans = []time.Duration{24 * time.Hour, 7 * 24 * time.Hour, 31 * 24 * time.Hour}

// latest answers a question, of conversations that began before to. What few
// say is found at once by the indexes; what many say stands in every part of
// them, and is found at once in the last day or week. Nobody knows beforehand
// which it is: both are tried, nearly side by side, and the first answer ends
// the other.
func (w *Warehouse) latest(ctx context.Context, q question, to time.Time) ([]Found, error) {
	switch {
	case w.plain:
		return w.find(ctx, q)
	case q.phrase:
		// The words of one are often common, and what has them all tells nothing:
		// the last day shows it at less cost.
		return w.near(ctx, q, to)
	}
	ctx, leave := context.WithCancel(ctx)
	type answer struct {
		found []Found
		err   error
	}
	answers := make(chan answer, 2)
	givenUp := make(chan struct{})
	running := sync.WaitGroup{}
	running.Go(func() {
		found, t, err := w.quick(ctx, q.alone())
		if t != rowsTell && err == nil {
			close(givenUp)
			return
		}
		answers <- answer{found, err}
	})
	running.Go(func() {
		select {
		case <-ctx.Done():
			answers <- answer{err: ctx.Err()}
			return
		case <-givenUp:
		case <-time.After(headStart):
		}
		found, err := w.near(ctx, q, to)
		answers <- answer{found, err}
	})
	first := <-answers
	leave()
	running.Wait()
	return first.found, first.err
}

// end is where to look back from: to, or when the last conversation began.
func (w *Warehouse) end(ctx context.Context, to time.Time) (time.Time, error) {
	now := time.Now()
	if !to.IsZero() && !to.After(now) {
		return to, nil
	}
	last, err := w.newest(ctx)
	if last.After(now) {
		last = now
	}
	return last, err
}

// near looks for as many turns as are asked for in the last day, week and
// month before to, or before the last conversation, and then in all.
func (w *Warehouse) near(ctx context.Context, q question, to time.Time) ([]Found, error) {
	end, err := w.end(ctx, to)
	if err != nil {
		return nil, err
	}
	day := q.limit // as many as that may be found in one
	for _, span := range spans {
		if 2*day*int(span/spans[0]) < q.limit {
			continue // it would hardly be enough
		}
		found, hopeless, err := w.within(ctx, q.since(end.Add(-span)))
		if err == nil && !hopeless && len(found) == 0 && end.Equal(to) {
			if end, err = w.lastBefore(ctx, to); err == nil {
				found, hopeless, err = w.within(ctx, q.since(end.Add(-span)))
			}
		}
		if err != nil || len(found) == q.limit {
			return found, err
		}
		if hopeless {
			break
		}
		day = min(day, len(found))
	}
	return w.find(ctx, q.reading())
}

// within looks through a span. It tells whether that is hopeless: most of the
// latest turns there with the pieces of the words are other texts.
func (w *Warehouse) within(ctx context.Context, q question) (found []Found, hopeless bool, err error) {
	found, t, err := w.quick(ctx, q)
	if t == rowsTellNothing && err == nil {
		found, err = w.slow(ctx, q)
	}
	return found, t == rowsMislead, err
}

// newest returns when the last of all conversations began. The engine knows
// without reading.
func (w *Warehouse) newest(ctx context.Context) (last time.Time, err error) {
	if err := w.reader.QueryRow(ctx, "SELECT max(started) FROM said"+question{settings: w.inlined(ctx)}.set()).Scan(&last); err != nil {
		return last, fmt.Errorf("search: %w", queryError(err))
	}
	return last, nil
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
