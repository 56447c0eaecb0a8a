package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"earshot/brief"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/rootcause"
)

// CausesCmd is `earshot causes`.
type CausesCmd struct {
	app.LLMFlag
	From   terminal.Day `placeholder:"DATE" help:"Only complaints of this day or later (default: 30 days before --to)."`
	To     terminal.Day `placeholder:"DATE" help:"Only complaints before this day (default: now)."`
	Why    string       `placeholder:"CAUSE" help:"Draft the five whys of this branch, field or cause, as process/delivery/late, instead of the largest cause."`
	Lang   string       `enum:"zh,en" default:"en" help:"Language of causes and draft, zh or en."`
	Format string       `enum:"table,json" default:"table" help:"table or json."`
}

// CausesOf is what the command answers.
type CausesOf struct {
	From   time.Time       `json:"from"`
	To     time.Time       `json:"to"`
	Causes *rootcause.Node `json:"causes"`
	Cause  string          `json:"cause"`     // that the whys are of; empty: there are no complaints
	Whys   []rootcause.Why `json:"five_whys"` // a draft

	Model   string `json:"model,omitempty"`   // that drafted, too
	Dropped int    `json:"dropped,omitempty"` // sentences of it that nothing supports
	Missing string `json:"missing,omitempty"` // why it did not, where it was asked
}

// Help implements kong's help provider.
func (CausesCmd) Help() string {
	return "Counts complaints by branch (people, process or system), field and cause, against as long a time before, with calls that show each. The draft of the five whys is made of what was said in the calls, word by word: where no call gives a reason it says so. With a language model its words stand beside each answer, as far as the calls support them."
}

// Run goes down from all complaints to their causes, and drafts the five whys
// of one.
func (c CausesCmd) Run(ctx context.Context, a *app.App) error {
	if err := c.Apply(a); err != nil {
		return err
	}
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	from, to, err := lastDays(30, c.From, c.To, zone)
	if err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	r := causesReader{store: store, from: from, to: to, language: c.Lang}
	answer := CausesOf{From: from, To: to, Whys: []rootcause.Why{}}
	if answer.Causes, err = r.tree(ctx); err != nil {
		return err
	}
	for _, n := range answer.Causes.All()[1:] {
		n.Title = report.PathWord(n.Name, c.Lang)
	}
	cause := answer.Causes.Largest()
	if c.Why != "" {
		if cause = answer.Causes.Find(c.Why); cause == nil || cause.Count == 0 {
			return models.BadInput("no complaint of %q from %s to %s: `earshot causes` lists what there is", c.Why, from.Format(time.DateOnly), to.Format(time.DateOnly))
		}
	}
	if cause != nil {
		facts, err := r.facts(ctx, cause)
		if err != nil {
			return err
		}
		facts.Name = brief.CauseName(cause.Label, c.Lang)
		if c.Lang == "zh" {
			facts.Where.Dimension = report.Heading(facts.Where.Dimension, c.Lang)
		}
		answer.Cause, answer.Whys = cause.Label, rootcause.FiveWhys(facts, c.Lang)
		if err := draftWhys(ctx, a, &answer, c.Lang); err != nil {
			return err
		}
		if answer.Missing != "" {
			fmt.Fprintln(a.Err, "Not drafted by the language model:", answer.Missing)
		}
	} else {
		sayWhyEmpty(ctx, a, store)
	}
	if c.Format == "json" {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(answer)
	}
	if err := printCauses(a, answer.Causes, c.Lang); err != nil {
		return err
	}
	printWhys(a, answer, c.Lang)
	return nil
}

// lastDays is the range asked for; it ends now and has so many days where
// nothing is said.
func lastDays(days int, first, end terminal.Day, zone *time.Location) (from, to time.Time, err error) {
	from, to = first.In(zone), end.In(zone)
	if to.IsZero() {
		to = time.Now().In(zone)
	}
	if from.IsZero() {
		from = to.AddDate(0, 0, -days)
	}
	if !from.Before(to) {
		return from, to, models.BadInput("from %s is not before to %s", from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return from, to, nil
}

// printCauses prints the tree, in the words of the language, with the codes
// that --why takes.
func printCauses(a *app.App, root *rootcause.Node, language string) error {
	t := models.Table{Columns: terminal.Columns("cause", "complaints", "of_parent_percent", "before", "change", "examples", "path"), Rows: [][]any{}}
	for _, n := range root.All() {
		name := strings.Repeat("  ", strings.Count(n.Label, "/")+1) + n.Title
		if n.Label == "" {
			name = report.Word("all complaints", language)
		}
		t.Rows = append(t.Rows, []any{name, int64(n.Count), math.Round(1000*n.Share) / 10, int64(n.Before), int64(n.Change()), n.Calls, n.Label})
	}
	report.Lines(a.Out, t, language)
	return nil
}

func printWhys(a *app.App, c CausesOf, language string) {
	if len(c.Whys) == 0 {
		return
	}
	fmt.Fprintf(a.Out, "\n"+report.Word("five whys", language)+"\n", brief.CauseName(c.Cause, language))
	for i, w := range c.Whys {
		fmt.Fprintf(a.Out, "%d. %s %s\n", i+1, w.Question, w.Answer)
		if w.Draft != "" {
			fmt.Fprintf(a.Out, "   %s: %s\n", c.Model, w.Draft)
		}
		for _, cite := range w.Cites {
			if cite.Quote == "" {
				fmt.Fprintf(a.Out, "   [%s]\n", cite.Call)
			} else {
				fmt.Fprintf(a.Out, "   "+report.Word("cite", language)+"\n", cite.Call, cite.Turn, cite.Quote)
			}
		}
	}
}
