package warehouse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// checkAnswers looks at what the reports' own tests do not name: over the
// fixture, a filter must reach every part of a query, and so on.
func checkAnswers(t *testing.T, w *warehouse.Warehouse, reports []warehouse.Report) {
	t.Helper()
	ask := func(t *testing.T, name string, o warehouse.ReportOptions) models.Table {
		t.Helper()
		if o.From.IsZero() {
			o.From, o.To = date(t, "2026-05-04"), date(t, "2026-06-01")
		}
		got, err := w.Report(t.Context(), name, o)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	t.Run("of nobody", func(t *testing.T) {
		for _, r := range reports {
			if !r.Filterable() {
				continue
			}
			got := ask(t, r.Name, warehouse.ReportOptions{Where: map[string]string{"agent": "nobody"}, Values: leastValues(r)})
			for _, row := range got.Rows {
				for c, v := range row {
					if n, ok := v.(uint64); ok && n > 0 && got.Columns[c].Type == "UInt64" {
						t.Errorf("%s: an agent without conversations has %s", r.Name, lines(got))
					}
				}
			}
		}
	})
	t.Run("examples", func(t *testing.T) {
		for _, r := range reports {
			got := ask(t, r.Name, warehouse.ReportOptions{Values: leastValues(r)})
			c := got.Column("examples")
			for _, row := range got.Rows {
				if c < 0 {
					break
				}
				all, _ := row[c].([]string)
				if once := slices.Compact(slices.Sorted(slices.Values(all))); len(once) != len(all) {
					t.Errorf("%s names a conversation twice: %v", r.Name, all)
				}
			}
		}
	})
	t.Run("more", func(t *testing.T) {
		all := ask(t, "complaints", warehouse.ReportOptions{})
		n := len(all.Rows)
		if n < 3 || all.More {
			t.Fatalf("%d rows, more %v", n, all.More)
		}
		for limit, more := range map[int]bool{n - 1: true, n: false, n + 1: false} {
			if got := ask(t, "complaints", warehouse.ReportOptions{Limit: limit}); got.More != more || len(got.Rows) != min(limit, n) {
				t.Errorf("limit %d of %d: %d rows, more %v", limit, n, len(got.Rows), got.More)
			}
		}
	})
	t.Run("before", func(t *testing.T) {
		// Without an end the time before is as long as the time since, not all of history.
		from := time.Now().UTC().Add(-48 * time.Hour)
		r, err := warehouse.FindReport("volume-change")
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{From: from})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range got.Rows {
			if n := row[got.Column("before")]; n != uint64(0) && time.Since(date(t, "2026-08-01")) > 0 {
				t.Errorf("the two days before the last two have conversations of months ago: %v", lines(got))
			}
		}
	})
	t.Run("live", func(t *testing.T) {
		counted := func(o warehouse.ReportOptions) string { return fmt.Sprint(lines(ask(t, "handle-time", o))) }
		byChannel := counted(warehouse.ReportOptions{By: "channel"})
		if !strings.Contains(byChannel, "email |") {
			t.Errorf("by channel, e-mail is left out: %s", byChannel)
		}
		if s := counted(warehouse.ReportOptions{By: "agent", Where: map[string]string{"channel": "email"}}); !strings.Contains(s, "Bob |") {
			t.Errorf("asked for e-mail, there is none: %s", s)
		}
		r, err := warehouse.FindReport("handle-time")
		if err != nil || !r.Live(warehouse.ReportOptions{}) || r.Live(warehouse.ReportOptions{By: "channel"}) || r.Live(warehouse.ReportOptions{Where: map[string]string{"channel": "email"}}) {
			t.Errorf("%v: it does not say what it leaves out", err)
		}
	})
	t.Run("zone", func(t *testing.T) {
		// The log of one day in UTC is that of two days elsewhere.
		early := ask(t, "coverage-trend", warehouse.ReportOptions{From: date(t, "2026-03-09"), To: date(t, "2026-03-10"), Zone: mustZone(t, "America/Los_Angeles")})
		late := ask(t, "coverage-trend", warehouse.ReportOptions{From: date(t, "2026-03-09"), To: date(t, "2026-03-10"), Zone: mustZone(t, "Asia/Shanghai")})
		if fmt.Sprint(lines(early)) == fmt.Sprint(lines(late)) {
			t.Errorf("days of the log are the same in Los Angeles and Shanghai: %v", lines(early))
		}
	})
}

// leastValues sets every threshold of a report as low as it goes.
func leastValues(r warehouse.Report) map[string]int {
	values := map[string]int{}
	for _, p := range r.Parameters {
		if p.Name == "least" {
			values[p.Name] = p.Least
		}
	}
	return values
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return zone
}
