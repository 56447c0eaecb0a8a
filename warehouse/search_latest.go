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
	if w.plain {
		return w.find(ctx, q)
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
		found, ok, err := w.quick(ctx, q.alone())
		if !ok && err == nil {
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

// near looks for as many turns as are asked for in the last day, week and
// month before to, or before the last conversation, and then in all.
func (w *Warehouse) near(ctx context.Context, q question, to time.Time) (found []Found, err error) {
	end := to
	if now := time.Now(); to.IsZero() || to.After(now) {
		if end, err = w.newest(ctx); err != nil {
			return nil, err
		}
		if end.After(now) {
			end = now
		}
	}
	day := q.limit // as many as that may be found in one
	for _, span := range spans {
		if 2*day*int(span/spans[0]) < q.limit {
			continue // it would hardly be enough
		}
		if found, err = w.find(ctx, q.since(end.Add(-span))); err == nil && len(found) == 0 && end.Equal(to) {
			if end, err = w.lastBefore(ctx, to); err == nil {
				found, err = w.find(ctx, q.since(end.Add(-span)))
			}
		}
		if err != nil || len(found) == q.limit {
			return found, err
		}
		day = min(day, len(found))
	}
	return w.find(ctx, q.reading())
}

// newest returns when the last of all conversations began. The engine knows
// without reading.
func (w *Warehouse) newest(ctx context.Context) (last time.Time, err error) {
	if err := w.reader.QueryRow(ctx, "SELECT max(started) FROM said").Scan(&last); err != nil {
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
