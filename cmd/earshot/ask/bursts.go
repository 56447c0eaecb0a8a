package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/rootcause"
)

// BurstsCmd is `earshot bursts`.
type BurstsCmd struct {
	From   terminal.Day `placeholder:"DATE" help:"Look for bursts from this day on (default: 30 days before --to)."`
	To     terminal.Day `placeholder:"DATE" help:"Look until the beginning of this day (default: now)."`
	Lang   string       `enum:"zh,en" default:"en" help:"Language of the table, zh or en."`
	Format string       `enum:"table,json" default:"table" help:"table, or json with all contributions and calls."`
}

// Help implements kong's help provider.
func (BurstsCmd) Help() string {
	return "Looks hour by hour for complaints far above what is usual at that hour of the week: of all, and of each tag, product, region, channel, queue and cause. What is usual is learned from the eight weeks before, and at least a week of it is needed. Complaints that stand out in several ways at once are one burst."
}

// longestScan bounds the work: each hour of the range is a check.
const longestScan = 92 * 24 * time.Hour

// Run checks every hour of the range as the running service would have, and
// prints each burst once.
func (c BurstsCmd) Run(ctx context.Context, a *app.App) error {
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	from, to, err := lastDays(30, c.From, c.To, zone)
	if err != nil {
		return err
	}
	if to.Sub(from) > longestScan {
		return models.BadInput("from %s to %s: every hour is checked, so give at most %.0f days", from.Format(time.DateOnly), to.Format(time.DateOnly), longestScan.Hours()/24)
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	counts, events, err := LoadComplaints(ctx, store, from, to, zone)
	if err != nil {
		return err
	}
	past := a.Config.Bursts.Alarm.Scan(counts, events, from, to)
	if c.Format == "json" {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(append([]rootcause.Past{}, past...))
	}
	if len(events) == 0 {
		sayWhyEmpty(ctx, a, store)
	}
	report.Text(a.Out, burstsTable(past, c.Lang), c.Lang)
	return nil
}

func burstsTable(past []rootcause.Past, language string) models.Table {
	t := models.Table{Columns: terminal.Columns("seen", "from", "to", "dimension", "value", "complaints", "usual", "driven_by", "examples"), Rows: [][]any{}}
	for i := range past {
		b := &past[i]
		const minute = "2006-01-02 15:04"
		dimension, value := NameOf(b.Series)
		dimension, value = seriesWords(dimension, value, language)
		t.Rows = append(t.Rows, []any{
			b.Seen.Format(minute), b.From.Format(minute), b.To.Format(minute), dimension, value, int64(b.Count), math.Round(10*b.Expected) / 10,
			Drivers(&b.Burst, language), strings.Join(b.IDs[:min(3, len(b.IDs))], " "),
		})
	}
	return t
}

// NameOf is what a burst is called: all complaints together have no dimension.
func NameOf(s rootcause.Series) (dimension, value string) {
	if s == (rootcause.Series{}) {
		return "all", "complaints"
	}
	return s.Dimension, s.Value
}

// seriesWords returns a dimension and its value in the words of a language.
func seriesWords(dimension, value, language string) (string, string) {
	if dimension == "all" {
		return report.Word("all", language), report.Word("complaints", language)
	}
	return report.Heading(dimension, language), report.Cell(dimension, value, language)
}

// Drivers names the largest part of each dimension.
func Drivers(b *rootcause.Burst, language string) string {
	var parts []string
	seen := map[string]bool{b.Dimension: true}
	for _, s := range b.Contributions {
		if !seen[s.Dimension] {
			seen[s.Dimension] = true
			dimension, value := seriesWords(s.Dimension, s.Value, language)
			parts = append(parts, fmt.Sprintf("%s %s %.0f%%", strings.ToLower(dimension), value, 100*s.Part))
		}
	}
	return strings.Join(parts, ", ")
}
