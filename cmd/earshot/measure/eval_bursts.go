package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/demo"
	"earshot/models"
	"earshot/rootcause"
)

type evalBurstsCmd struct {
	Seeds         int  `default:"50" help:"How many generated histories."`
	First         int  `default:"1" help:"Seed of the first."`
	Days          int  `default:"30" help:"Days of each history."`
	Conversations int  `default:"20000" help:"Conversations of each history."`
	Bursts        int  `default:"6" help:"Bursts planted in each."`
	JSON          bool `name:"json" help:"Print JSON, with each burst."`
}

// burstTally is how the alarm did over one history or several.
type burstTally struct {
	Planted  int       `json:"planted"`
	Found    int       `json:"found"`
	Repeated int       `json:"repeated"` // told of again
	False    int       `json:"false_alarms"`
	Named    int       `json:"named"` // found under one of the planted values
	Checks   int       `json:"checks"`
	Hours    []float64 `json:"hours,omitempty"` // from a burst's beginning to the alarm
	Notes    []string  `json:"notes,omitempty"`
}

// Run makes histories with planted bursts, checks each every hour as the
// service would, and counts which bursts were told of, when, and what else.
func (c evalBurstsCmd) Run(ctx context.Context, a *app.App) error {
	tallies := make([]burstTally, c.Seeds)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i := range tallies {
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			to := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
			h, err := demo.NewHistory(demo.History{Seed: uint64(c.First + i), Conversations: c.Conversations, From: to.AddDate(0, 0, -c.Days), To: to, Bursts: c.Bursts})
			if err == nil {
				tallies[i] = watchHistory(h, rootcause.DefaultBursts())
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	var all burstTally
	for i, t := range tallies {
		all.Planted, all.Found, all.Repeated, all.False, all.Named, all.Checks = all.Planted+t.Planted, all.Found+t.Found, all.Repeated+t.Repeated, all.False+t.False, all.Named+t.Named, all.Checks+t.Checks
		all.Hours = append(all.Hours, t.Hours...)
		for _, n := range t.Notes {
			all.Notes = append(all.Notes, fmt.Sprintf("seed %d: %s", c.First+i, n))
		}
	}
	if c.JSON {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		return out.Encode(all)
	}
	slices.Sort(all.Hours)
	at := func(q float64) any {
		if len(all.Hours) == 0 {
			return nil
		}
		return all.Hours[int(q*float64(len(all.Hours)-1))]
	}
	t := models.Table{Columns: terminal.Columns("histories", "planted", "found", "named", "repeated", "false_alarms", "checks", "median_hours", "p90_hours"), Rows: [][]any{
		{c.Seeds, all.Planted, all.Found, all.Named, all.Repeated, all.False, all.Checks, at(0.5), at(0.9)},
	}}
	if err := terminal.PrintTable(a.Out, t, "table"); err != nil {
		return err
	}
	for _, n := range all.Notes {
		fmt.Fprintln(a.Out, n)
	}
	return nil
}

// watchHistory checks a history every hour, from its eighth day on.
func watchHistory(h *demo.History, config rootcause.BurstConfig) burstTally {
	counts := rootcause.NewCounts(h.From, h.To)
	var events []*rootcause.Event
	var sketches []demo.Sketch
	burstOf := map[string]int{}
	for s := range h.Sketches() {
		if s.Complaint {
			sketches = append(sketches, s)
		}
	}
	planted := h.Planted()
	t := burstTally{Planted: len(planted)}
	found := make([]bool, len(planted))
	var watch rootcause.Watch
	next, old := 0, 0
	for now := h.From.Add(time.Hour); !now.After(h.To); now = now.Add(time.Hour) {
		for ; next < len(sketches) && sketches[next].Started.Before(now); next++ {
			e := complaintOf(&sketches[next])
			burstOf[e.ID] = sketches[next].Burst
			counts.AddEvent(e)
			events = append(events, e)
		}
		for old < len(events) && now.Sub(events[old].At) > rootcause.Lookback {
			old++
		}
		if now.Sub(h.From) < 8*24*time.Hour {
			continue
		}
		t.Checks++
		for _, b := range watch.Step(now, config.Find(counts, events[old:], now)) {
			t.count(&b, now, planted, found, burstOf)
		}
	}
	for i, ok := range found {
		if !ok {
			b := planted[i]
			t.Notes = append(t.Notes, fmt.Sprintf("missed %s: %v from %s to %s, %.0f where %.1f are usual", b.Name, b.Dimensions, b.From.Format(time.DateTime), b.To.Format(time.DateTime), b.Expected, b.Usual))
		}
	}
	return t
}

// count compares one alarm with what was planted: it is that burst which most
// of its excess comes from, and none where less than a third of its complaints
// are planted ones.
func (t *burstTally) count(b *rootcause.Burst, now time.Time, planted []demo.Burst, found []bool, burstOf map[string]int) {
	from := map[int]int{}
	for _, id := range b.IDs {
		from[burstOf[id]]++
	}
	best := -1
	for k, n := range from {
		if k >= 0 && (best < 0 || n > from[best]) {
			best = k
		}
	}
	if best < 0 || 3*from[best] < len(b.IDs) {
		t.False++
		t.Notes = append(t.Notes, fmt.Sprintf("false alarm at %s: %s %s, %d where %.1f are usual, p %.1e", now.Format(time.DateTime), b.Dimension, b.Value, b.Count, b.Expected, b.Probability))
		return
	}
	if found[best] {
		t.Repeated++
		t.Notes = append(t.Notes, fmt.Sprintf("again %s at %s as %s %s", planted[best].Name, now.Format(time.DateTime), b.Dimension, b.Value))
		return
	}
	found[best] = true
	t.Found++
	t.Hours = append(t.Hours, now.Sub(planted[best].From).Hours())
	if v := planted[best].Dimensions[b.Dimension]; v == b.Value || b.Dimension == "cause" {
		t.Named++
	}
}

func complaintOf(s *demo.Sketch) *rootcause.Event {
	e := &rootcause.Event{ID: string(s.ID), At: s.Started, Severity: 1, Values: []rootcause.Series{
		{Dimension: "product", Value: s.Product}, {Dimension: "region", Value: s.Region}, {Dimension: "channel", Value: string(s.Channel)},
		{Dimension: "queue", Value: s.Queue}, {Dimension: "cause", Value: s.Cause},
	}}
	if s.Threat {
		e.Severity = 3
		e.Values = append(e.Values, rootcause.Series{Dimension: "tag", Value: "public"})
	}
	return e
}
