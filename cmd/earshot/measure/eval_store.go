package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/warehouse"
)

type evalStoreCmd struct {
	Runs   int          `default:"20" help:"How often each question is asked, in random order, after one time to warm up."`
	From   terminal.Day `placeholder:"DATE" help:"Reports over conversations that began on this day or later."`
	To     terminal.Day `placeholder:"DATE" help:"Reports over conversations that began before this day."`
	Report []string     `placeholder:"NAME" help:"Reports to ask (default: the twenty that are asked most)."`
	Word   []string     `help:"Words to search for (default: frequent and rare ones of generated histories)."`
	Check  bool         `help:"Compare every report's answer with one that counts the plain way; views are slower for others meanwhile."`
	Size   bool         `help:"Compare the size of the turns with that of a plain table, which takes as much room again."`
}

// asked are the reports that a contact centre asks most.
var asked = []string{
	"volume", "channels", "hot-issues", "scores", "leaderboard", "deductions", "first-contact-resolution", "repeat-contacts", "handle-time", "talk-time",
	"satisfaction", "csat-given", "sentiment", "complaint-rate", "causes", "regions", "tiers", "rules", "volume-heatmap", "silence",
}

var searched = []string{"退款", "快递", "核实", "refund", "parcel", "律师", "regulator", "AB1234", "Q77", "鉴定报告", "量子"}

// Run measures the store that runs: how long the reports take that are asked
// most, and searches with and without the index, whose results it compares.
func (c evalStoreCmd) Run(ctx context.Context, a *app.App) error {
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	options := warehouse.ReportOptions{From: c.From.In(zone), To: c.To.In(zone)}
	if len(c.Report) == 0 {
		c.Report = asked
	}
	if len(c.Word) == 0 {
		c.Word = searched
	}
	size, err := store.Query(ctx, "SELECT (SELECT count() FROM turns) AS turns, (SELECT count() FROM interactions) AS conversations, (SELECT count() FROM verdicts) AS verdicts")
	if err != nil {
		return err
	}
	if err := terminal.PrintTable(a.Out, size, "table"); err != nil {
		return err
	}
	if c.Size {
		ours, index, plain, err := store.TurnSize(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Out, "%.1f bytes a turn, the index of words %.1f more; a plain table %.1f: %.2f times\n", ours, index, plain, ours/plain)
	}
	if c.Check {
		if err := c.check(ctx, a, store, options); err != nil {
			return err
		}
	}
	if err := c.reports(ctx, a, store, options); err != nil {
		return err
	}
	return c.searches(ctx, a, store)
}

// check compares answers with those that are counted the plain way.
func (c evalStoreCmd) check(ctx context.Context, a *app.App, store *warehouse.Warehouse, o warehouse.ReportOptions) error {
	answers := func() (map[string]string, error) {
		all := map[string]string{}
		for _, name := range c.Report {
			t, err := store.Report(ctx, name, o)
			if err != nil {
				return nil, err
			}
			all[name] = fmt.Sprint(t.Rows)
		}
		return all, nil
	}
	got, err := answers()
	if err != nil {
		return err
	}
	var want map[string]string
	if err := store.Recounted(ctx, func() (err error) {
		want, err = answers()
		return err
	}); err != nil {
		return err
	}
	for _, name := range c.Report {
		if got[name] != want[name] {
			return fmt.Errorf("report %s: the answer is\n%s\ncounted the plain way\n%s", name, got[name], want[name])
		}
	}
	fmt.Fprintf(a.Out, "%d reports: the same answers, counted the plain way\n", len(c.Report))
	return nil
}

// samples are times of several questions, asked in random order.
func (c evalStoreCmd) samples(n int, ask func(i int) error) ([][]time.Duration, error) {
	times := make([][]time.Duration, n)
	for run := range c.Runs + 1 {
		for _, i := range rand.Perm(n) {
			started := time.Now()
			if err := ask(i); err != nil {
				return nil, err
			}
			if run > 0 {
				times[i] = append(times[i], time.Since(started))
			}
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	return times, nil
}

func at(sorted []time.Duration, share float64) float64 {
	return float64(sorted[min(len(sorted)-1, int(share*float64(len(sorted))))].Microseconds()) / 1000
}

func (c evalStoreCmd) reports(ctx context.Context, a *app.App, store *warehouse.Warehouse, o warehouse.ReportOptions) error {
	times, err := c.samples(len(c.Report), func(i int) error {
		_, err := store.Report(ctx, c.Report[i], o)
		return err
	})
	if err != nil {
		return err
	}
	t := models.Table{Columns: terminal.Columns("report", "median ms", "p95 ms")}
	var all []time.Duration
	for i, name := range c.Report {
		t.Rows = append(t.Rows, []any{name, at(times[i], 0.5), at(times[i], 0.95)})
		all = append(all, times[i]...)
	}
	slices.Sort(all)
	t.Rows = append(t.Rows, []any{"all", at(all, 0.5), at(all, 0.95)})
	return terminal.PrintTable(a.Out, t, "table")
}

func (c evalStoreCmd) searches(ctx context.Context, a *app.App, store *warehouse.Warehouse) error {
	without := store.WithoutIndex()
	t := models.Table{Columns: terminal.Columns("word", "turns", "median ms", "without index ms", "times faster")}
	for _, word := range c.Word {
		s := warehouse.Search{Words: word}
		var found [2]string
		for i, w := range []*warehouse.Warehouse{store, without} {
			var err error
			if found[i], err = w.Fingerprint(ctx, s); err != nil {
				return err
			}
		}
		if found[0] != found[1] {
			return fmt.Errorf("search %s: the index finds other rows: %s instead of %s", word, found[0], found[1])
		}
		var shown [2]string
		times, err := c.samples(2, func(i int) error {
			r, err := []*warehouse.Warehouse{store, without}[i].Search(ctx, s)
			shown[i] = fmt.Sprint(r.Found)
			return err
		})
		if err != nil {
			return err
		}
		if shown[0] != shown[1] {
			return fmt.Errorf("search %s: the index shows other turns", word)
		}
		turns, _, _ := strings.Cut(found[0], " ")
		with, plain := at(times[0], 0.5), at(times[1], 0.5)
		t.Rows = append(t.Rows, []any{word, turns, with, plain, plain / with})
	}
	return terminal.PrintTable(a.Out, t, "table")
}
