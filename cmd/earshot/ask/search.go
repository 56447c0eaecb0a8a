package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/warehouse"
)

// SearchCmd is `earshot search`.
type SearchCmd struct {
	Words  []string          `arg:"" help:"Words that must all be in one turn; \"as written\" in quotes; -word must not be in it."`
	From   terminal.Day      `placeholder:"DATE" help:"Only conversations that began on this day or later: 2026-03-01, today, yesterday or so many days ago as 30d."`
	To     terminal.Day      `placeholder:"DATE" help:"Only conversations that began before this day."`
	Party  string            `enum:",customer,agent,system,unknown" default:"" help:"Only what customer, agent, system or unknown said."`
	Where  map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"Only one value of a column, as --where channel=phone, --where customer=C1 or --where attributes.region=east; may be given again."`
	Rule   string            `placeholder:"RULE" help:"Only conversations that this rule hit."`
	Limit  int               `help:"Most turns (default 50)."`
	Count  bool              `help:"Count all turns and conversations, too; finding the latest alone is faster."`
	Format string            `enum:"text,csv,json" default:"text" help:"text, csv or json."`
}

// Run prints the turns with the words, the latest first.
func (c SearchCmd) Run(ctx context.Context, a *app.App) error {
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	s := warehouse.Search{Words: strings.Join(c.Words, " "), From: c.From.In(zone), To: c.To.In(zone), Where: c.Where, Rule: c.Rule, Limit: c.Limit, Count: c.Count}
	if c.Party != "" {
		if s.Where == nil {
			s.Where = map[string]string{}
		}
		s.Where["party"] = c.Party
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	r, err := store.Search(ctx, s)
	if err != nil {
		return err
	}
	switch c.Format {
	case "json":
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(r)
	case "csv":
		return terminal.PrintTable(a.Out, foundTable(r), "csv")
	}
	printFound(a, r)
	return nil
}

func foundTable(r warehouse.SearchResult) models.Table {
	t := models.Table{Columns: terminal.Columns("started", "interaction_id", "channel", "queue", "agent", "turn", "party", "at", "text")}
	for _, f := range r.Found {
		t.Rows = append(t.Rows, []any{
			f.Started, string(f.ID), string(f.Channel), f.Queue, f.Agent, int64(f.Turn), string(f.Party), f.At.String(), marked(f, "«", "»"),
		})
	}
	return t
}

func printFound(a *app.App, r warehouse.SearchResult) {
	for _, f := range r.Found {
		fmt.Fprintf(a.Out, "%s  %s  %s  %s\n  %s %s: %s\n", f.Started.Local().Format("2006-01-02 15:04"), f.ID, f.Channel, f.Agent, f.At, f.Party, lit(a, f))
	}
	shown := len(r.Found)
	if r.Turns > 0 {
		fmt.Fprintf(a.Out, "%d %s in %d %s, ", r.Turns, terminal.Plural(int(r.Turns), "turn"), r.Conversations, terminal.Plural(int(r.Conversations), "conversation"))
	}
	fmt.Fprintf(a.Out, "%d %s shown, the latest first\n", shown, terminal.Plural(shown, "turn"))
}

// lit is the text with its marks in colour, or between «» where there is none.
func lit(a *app.App, f warehouse.Found) string {
	on, off := text.FgHiYellow.EscapeSeq(), text.Reset.EscapeSeq()
	if !terminal.IsTerminal(a.Out) {
		on, off = "«", "»"
	}
	return marked(f, on, off)
}

func marked(f warehouse.Found, on, off string) string {
	var b strings.Builder
	last := 0
	for _, m := range f.Marks {
		b.WriteString(f.Text[last:m.From] + on + f.Text[m.From:m.To] + off)
		last = m.To
	}
	b.WriteString(f.Text[last:])
	return b.String()
}
