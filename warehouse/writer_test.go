package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/models"
	"earshot/warehouse"
)

// numbered returns an interaction whose every section has n entries.
func numbered(id models.ID, channel models.Channel, started time.Time, n int) *models.Interaction {
	in := &models.Interaction{Schema: 1, ID: id, Channel: channel, Started: started, Transcript: &models.Transcript{Turns: []models.Turn{}}}
	for i := range n {
		in.Transcript.Turns = append(in.Transcript.Turns, models.Turn{Party: models.Customer, Text: fmt.Sprintf("turn %d of %d", i, n)})
		in.Findings = append(in.Findings, models.Finding{Kind: "word.x"})
		in.Verdicts = append(in.Verdicts, models.Verdict{Rule: fmt.Sprint(i), Outcome: models.Hit})
		in.Scorecards = append(in.Scorecards, models.Scorecard{Name: fmt.Sprint(i), Items: []models.Item{{Question: "q"}}})
		in.Trace = append(in.Trace, models.Trace{Step: "s"})
	}
	return in
}

// TestViewsShowOneWholeResult stores interactions in any order, several times
// over and at the same time, and compares all views.
func TestViewsShowOneWholeResult(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		prefix := fmt.Sprintf("views-%d-", round)
		latest := map[string]models.Revision{}
		allowed := map[string][]int{}
		var all sync.WaitGroup
		for range rapid.IntRange(1, 12).Draw(rt, "stores") {
			id := prefix + rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "id")
			revision := models.Revision(rapid.IntRange(1, 3).Draw(rt, "revision"))
			n := rapid.IntRange(0, 4).Draw(rt, "size")
			started := time.Date(2026, time.Month(rapid.IntRange(1, 3).Draw(rt, "month")), 1, 0, 0, 0, 0, time.UTC)
			in := numbered(models.ID(id), rapid.SampledFrom(models.Channels()).Draw(rt, "channel"), started, n)
			if revision > latest[id] {
				latest[id], allowed[id] = revision, nil
			}
			if revision == latest[id] {
				allowed[id] = append(allowed[id], n)
			}
			all.Go(func() {
				if err := writer.Store(t.Context(), in, revision); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, err := w.Query(t.Context(), `
			SELECT interaction_id, sum(i), max(s), sum(t), sum(f), sum(v), sum(c), sum(q), sum(r), any(revision) FROM
			(
				SELECT interaction_id, 1 AS i, turns AS s, 0 AS t, 0 AS f, 0 AS v, 0 AS c, 0 AS q, 0 AS r, revision FROM interactions
				UNION ALL SELECT interaction_id, 0, 0, 1, 0, 0, 0, 0, 0, revision FROM turns
				UNION ALL SELECT interaction_id, 0, 0, 0, 1, 0, 0, 0, 0, revision FROM findings
				UNION ALL SELECT interaction_id, 0, 0, 0, 0, 1, 0, 0, 0, revision FROM verdicts
				UNION ALL SELECT interaction_id, 0, 0, 0, 0, 0, 1, 0, 0, revision FROM scorecards
				UNION ALL SELECT interaction_id, 0, 0, 0, 0, 0, 0, 1, 0, revision FROM score_items
				UNION ALL SELECT interaction_id, 0, 0, 0, 0, 0, 0, 0, 1, revision FROM trace
			)
			WHERE startsWith(interaction_id, {prefix:String}) GROUP BY interaction_id`, warehouse.Param("prefix", prefix))
		if err != nil {
			rt.Fatal(err)
		}
		if len(got.Rows) != len(latest) {
			rt.Fatalf("%d interactions, want %d", len(got.Rows), len(latest))
		}
		for _, row := range got.Rows {
			id := row[0].(string)
			n := int(row[3].(uint64))
			want := []any{id, uint64(1), uint64(n), uint64(n), uint64(n), uint64(n), uint64(n), uint64(n), uint64(n), uint64(latest[id])}
			if fmt.Sprint(row) != fmt.Sprint(want) {
				rt.Fatalf("got %v, want %v", row, want)
			}
			if !slices.Contains(allowed[id], n) {
				rt.Fatalf("%s has %d turns, stored at revision %d were %v", id, n, latest[id], allowed[id])
			}
		}
	})
}

// TestWriterSurvivesItsStore kills and stops the engine while interactions are
// written. Every one that was acknowledged is there, once and whole.
func TestWriterSurvivesItsStore(t *testing.T) {
	e := ownEngine(t)
	w := open(t, e.Endpoint())
	writer := w.Writer()
	defer func() { _ = writer.Close() }()

	const turns = 7
	ctx, stop := context.WithCancel(t.Context())
	var acknowledged atomic.Int64
	var workers sync.WaitGroup
	for worker := range 16 {
		workers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				in := numbered(models.ID(fmt.Sprintf("survivor-%d-%d", worker, i)), models.Phone, time.Unix(int64(1e9+i*1e3), 0), turns)
				for range 1 + i%2 { // some again, as after a redelivery
					if err := writer.Store(t.Context(), in, models.Revision(i)); err != nil {
						t.Error(err)
						return
					}
				}
				acknowledged.Add(1)
			}
		})
	}
	for range 3 {
		time.Sleep(time.Duration(300+rand.IntN(500)) * time.Millisecond)
		signalEngine(t, e.PID, syscall.SIGKILL)
	}
	time.Sleep(300 * time.Millisecond)
	if pid := signalEngine(t, e.PID, syscall.SIGSTOP); pid != 0 {
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := writer.Store(short, numbered("too-late", models.Phone, time.Unix(1e9, 0), 1), 1)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, models.ErrBadInput) {
			t.Errorf("while the store stands still: %v, want a deadline that was missed", err)
		}
		time.Sleep(time.Second)
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(300 * time.Millisecond)
	stop()
	workers.Wait()

	n := acknowledged.Load()
	t.Logf("%d acknowledged", n)
	if n < 16 {
		t.Error("hardly anything was written")
	}
	for query, want := range map[string]int64{
		"SELECT count() FROM interactions WHERE interaction_id != 'too-late'":                   n,
		"SELECT uniqExact(interaction_id) FROM interactions WHERE interaction_id != 'too-late'": n,
		"SELECT count() FROM turns WHERE interaction_id != 'too-late'":                          n * turns,
		"SELECT uniqExact(interaction_id, turn) FROM turns WHERE interaction_id != 'too-late'":  n * turns,
		"SELECT count() FROM score_items WHERE interaction_id != 'too-late'":                    n * turns,
		"SELECT count() FROM findings WHERE interaction_id != 'too-late'":                       n * turns,
		"SELECT count() FROM trace WHERE interaction_id != 'too-late'":                          n * turns,
		"SELECT count() FROM verdicts WHERE interaction_id != 'too-late'":                       n * turns,
	} {
		got, err := w.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Rows[0][0]) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %d", query, got.Rows[0][0], want)
		}
	}
}

// signalEngine sends a signal to the process that ClickHouse runs in.
func signalEngine(t *testing.T, pid func() int, signal syscall.Signal) int {
	t.Helper()
	for range 500 {
		if p := pid(); p != 0 && syscall.Kill(p, signal) == nil {
			return p
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the engine is gone")
	return 0
}

func TestWriterRefuses(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	for name, change := range map[string]func(*models.Interaction){
		"id":      func(in *models.Interaction) { in.ID = "../x" },
		"year 1":  func(in *models.Interaction) { in.Started = time.Time{} },
		"ended":   func(in *models.Interaction) { in.Ended = new(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)) },
		"version": func(in *models.Interaction) { in.Schema = -1 },
	} {
		in := numbered("refused", models.Phone, time.Unix(1e9, 0), 1)
		change(in)
		if err := writer.Store(t.Context(), in, 1); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: got %v, want ErrBadInput", name, err)
		}
	}
	// Records that could not be read have odd ids and times; they are noted.
	if err := writer.Accept(t.Context(), []models.Accepted{{ID: "unreadable:0:7", Revision: 7}}); err != nil {
		t.Error(err)
	}
	if err := writer.Accept(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if err := writer.Fail(t.Context(), models.Dead{ID: "unreadable:0:7", Revision: 7, Step: "decode", Reason: "\xff", Record: []byte{0, 255}}); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	in := numbered("late", models.Phone, time.Unix(1e9, 0), 1)
	if err := writer.Store(cancelled, in, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a cancelled context", err)
	}
	for range 2 {
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := writer.Store(t.Context(), in, 1); !errors.Is(err, warehouse.ErrClosed) {
		t.Errorf("after Close: got %v, want ErrClosed", err)
	}
}
