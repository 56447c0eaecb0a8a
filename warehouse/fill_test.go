package warehouse_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/models"
	"earshot/warehouse"
)

// TestFillsWhileOthersWrite changes the schema of a store again and again while
// another process writes to it: in the tables that are filled every row is
// there once in the end.
func TestFillsWhileOthersWrite(t *testing.T) {
	times := 3
	if testing.Short() {
		times = 1
	}
	e := ownEngine(t)
	fillWhileOthersWrite(t, open(t, e.Endpoint()), times, func() {
		execute(t, e.Endpoint(), forgetFills)
		open(t, e.Endpoint())
	})
}

// TestShardsFillWhileOthersWrite does the same over two shards, of which each
// fills its own tables.
func TestShardsFillWhileOthersWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	shards := startShards(t, 2)
	all := openShards(t, shards)
	fillWhileOthersWrite(t, all[0], 1, func() {
		for i, w := range all {
			execute(t, shards[i], forgetFills)
			if err := w.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
}

// forgetFills makes the steps that fill tables be done again.
const forgetFills = "ALTER TABLE earshot_raw.goose_db_version DELETE WHERE version_id IN (12, 13, 17, 18, 43) SETTINGS mutations_sync = 2"

func fillWhileOthersWrite(t *testing.T, w *warehouse.Warehouse, times int, migrate func()) {
	t.Helper()
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	var stop atomic.Bool
	var writers errgroup.Group
	stored := make([]int, 4)
	for k := range stored {
		writers.Go(func() error {
			for n := 0; !stop.Load(); n++ {
				in := call(models.ID(fmt.Sprintf("fill-%d-%d", k, n)), "Ann", "billing", "one", time.Date(2026, 3, 1+n%20, 9, 0, 0, 0, time.UTC), "C: you idiots\nA: sorry")
				in.Findings = []models.Finding{word(in, "word.threat", "threat", 0, "idiots", 2), word(in, "complaint.cause", "process/delivery/late", 0, "idiots", 1)}
				in.Verdicts = []models.Verdict{hit(in, "rude", 2, 0, "idiots"), miss(in, "late")}
				if err := writer.Store(t.Context(), in, models.NewRevision(in.Started, int64(n))); err != nil {
					return err
				}
				stored[k]++
			}
			return nil
		})
	}
	for range times {
		time.Sleep(300 * time.Millisecond)
		migrate()
	}
	stop.Store(true)
	if err := writers.Wait(); err != nil {
		t.Fatal(err)
	}
	n := uint64(stored[0] + stored[1] + stored[2] + stored[3])
	for _, c := range []struct {
		table, key string
		want       uint64
	}{{"earshot_raw.hits", "write, position", n}, {"earshot_raw.highlights", "write, position", 2 * n}, {"earshot.complaints", "write", n}, {"earshot_raw.rule_sets", "write", n}, {"earshot_raw.turns", "write, turn", 2 * n}} {
		got, err := w.Query(t.Context(), "SELECT count(), uniqExact("+c.key+") FROM "+c.table)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows[0][0] != c.want || got.Rows[0][1] != c.want {
			t.Errorf("%s: %d rows, %d of them different, of %d conversations; want %d", c.table, got.Rows[0][0], got.Rows[0][1], n, c.want)
		}
	}
	if n < 12 { // busy cores store few
		t.Errorf("only %d conversations", n)
	}
}
