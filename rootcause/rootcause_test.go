package rootcause

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var monday = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

// month makes four weeks of complaints, three an hour by day and none at
// night, over two products and ten regions.
func month(seed uint64) (*Counts, []*Event) {
	rng := rand.New(rand.NewPCG(seed, 1))
	c := NewCounts(monday, monday.AddDate(0, 0, 28))
	var events []*Event
	for hour := range c.Hours {
		at := c.at(hour)
		if at.Hour() < 8 || at.Hour() > 19 {
			continue
		}
		for n := range 1 + rng.IntN(5) {
			events = append(events, &Event{ID: fmt.Sprintf("%d-%d", hour, n), At: at.Add(time.Minute), Values: []Series{
				{"product", []string{"router", "phone"}[rng.IntN(2)]}, {"region", fmt.Sprintf("r%d", rng.IntN(10))},
			}})
		}
	}
	for _, e := range events {
		c.AddEvent(e)
	}
	return c, events
}

func TestFind(t *testing.T) {
	c, events := month(1)
	now := monday.AddDate(0, 0, 24).Add(15 * time.Hour)
	for i := range 20 {
		e := &Event{ID: fmt.Sprintf("planted-%d", i), At: now.Add(-time.Duration(i%4)*time.Hour - time.Minute), Values: []Series{{"product", "router"}, {"region", "r3"}}}
		c.AddEvent(e)
		events = append(events, e)
	}
	found := DefaultBursts().Find(c, events, now)
	if len(found) != 1 {
		t.Fatalf("%d bursts, want 1: %+v", len(found), found)
	}
	b := found[0]
	if want := (Series{"region", "r3"}); b.Series != want {
		t.Errorf("named %v, want %v", b.Series, want)
	}
	if b.Count < 20 || b.Expected > 6 || b.Probability > 1e-7 {
		t.Errorf("%d where %.1f are usual, probability %g", b.Count, b.Expected, b.Probability)
	}
	if !slices.ContainsFunc(b.Contributions, func(s Share) bool { return s.Series == Series{"product", "router"} && s.Part > 0.8 }) {
		t.Errorf("the router's part is not told: %+v", b.Contributions)
	}
	if len(b.IDs) != mostTypical || b.IDs[0][:7] != "planted" {
		t.Errorf("calls %v: want planted ones first", b.IDs)
	}
}

// TestQuietMonths counts alarms where there is nothing but chance.
func TestQuietMonths(t *testing.T) {
	for seed := range uint64(5) {
		c, events := month(seed)
		for now := monday.AddDate(0, 0, 8); now.Before(monday.AddDate(0, 0, 28)); now = now.Add(3 * time.Hour) {
			for _, b := range DefaultBursts().Find(c, events, now) {
				t.Errorf("month %d, %s: %v, %d where %.1f are usual", seed, now, b.Series, b.Count, b.Expected)
			}
		}
	}
}

func TestTooLittleHistory(t *testing.T) {
	now := monday.AddDate(0, 0, 5)
	c := NewCounts(monday, now)
	for range 100 {
		c.Add(Series{}, now.Add(-time.Hour), 1)
	}
	if found := DefaultBursts().Find(c, nil, now); found != nil {
		t.Errorf("%d bursts after five days: nothing is usual yet", len(found))
	}
}

func TestWatchTellsOnce(t *testing.T) {
	var w Watch
	router := Burst{Series: Series{"product", "router"}, ids: map[string]bool{"a": true, "b": true, "c": true}}
	same := Burst{Series: Series{"region", "r3"}, ids: map[string]bool{"b": true, "c": true, "d": true}}
	other := Burst{Series: Series{"region", "r4"}, ids: map[string]bool{"x": true}}
	if got := w.Step(monday, []Burst{router}); len(got) != 1 {
		t.Fatalf("%d told, want 1", len(got))
	}
	if got := w.Step(monday.Add(time.Hour), []Burst{same, other}); len(got) != 1 || got[0].Series != other.Series {
		t.Errorf("told %v, want only what has other complaints", got)
	}
	if got := w.Step(monday.Add(30*time.Hour), []Burst{router}); len(got) != 1 {
		t.Errorf("%d told after more than a quiet day, want 1", len(got))
	}
}

func TestTail(t *testing.T) {
	for _, c := range []struct {
		n              int
		mean, variance float64
		want           float64
	}{
		{0, 3, 3, 1},
		{1, 2, 2, 1}, // below the mean
		{2, 2, 2, 1 - 3*math.Exp(-2)},
		{2, 1, 1, 1 - 2*math.Exp(-1)},
		{2, 2, 4, 0.5}, // negative binomial, r 2, p 1/2: none with 1/4, one with 1/4
		{3, 0, 0, 0},
	} {
		if got := tail(c.n, c.mean, c.variance); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("tail(%d, %g, %g) = %g, want %g", c.n, c.mean, c.variance, got, c.want)
		}
	}
}

func TestTree(t *testing.T) {
	root := Tree([]Leaf{
		{"people/service/rude", 2, 3, []string{"a", "b"}}, {"process/delivery/late", 5, 1, []string{"c", "d", "e"}},
		{"process/delivery/lost", 4, 4, []string{"f"}}, {"process/refund/slow", 1, 0, []string{"g"}}, {"unknown", 9, 8, []string{"h", "i"}},
	})
	got := []string{}
	for _, n := range root.All() {
		got = append(got, fmt.Sprintf("%s %s %d %+d %.2f %v", n.Level, n.Label, n.Count, n.Change(), n.Share, n.Calls))
	}
	want := []string{
		"complaints  21 +5 1.00 [c d e]", "branch process 10 +5 0.48 [c d e]", "field process/delivery 9 +4 0.90 [c d e]",
		"cause process/delivery/late 5 +4 0.56 [c d e]", "cause process/delivery/lost 4 +0 0.44 [f]",
		"field process/refund 1 +1 0.10 [g]", "cause process/refund/slow 1 +1 1.00 [g]",
		"branch people 2 -1 0.10 [a b]", "field people/service 2 -1 1.00 [a b]", "cause people/service/rude 2 -1 1.00 [a b]",
		"branch unknown 9 +1 0.43 [h i]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if n := root.Largest(); n.Label != "process/delivery/late" || root.Find("process/refund") == nil || root.Find("x") != nil {
		t.Errorf("largest %+v", n)
	}
	if n := Tree([]Leaf{{"a/b/c", 3, 0, nil}, {"a/b/d", 3, 0, nil}, {"e/f/g", 4, 0, nil}, {"unknown", 9, 0, nil}}).Largest(); n.Label != "e/f/g" {
		t.Errorf("the largest cause is in a smaller branch, got %+v", n)
	}
	if n := Tree([]Leaf{{"unknown", 2, 0, nil}}).Largest(); n.Label != "unknown" {
		t.Errorf("the largest of those without a cause is %+v", n)
	}
	if Tree(nil).Largest() != nil {
		t.Error("no complaints have a cause")
	}
}
