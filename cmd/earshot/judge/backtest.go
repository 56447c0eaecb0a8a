package judge

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/qa"
)

type rulesBacktestCmd struct {
	Draft string `arg:"" type:"existingpath" help:"Folder of rule files, with scorecards in its subfolder scorecards; or one rule file. It is laid over what counts."`
	Name  string `help:"Name that the draft goes by; default: that of the folder or file."`
	period
	Diffs int  `default:"20" help:"How many conversations to list that come out otherwise."`
	All   bool `help:"List the rules and scorecards that are the same, too."`
	JSON  bool `name:"json" help:"Print everything as JSON."`
}

// Run changes nothing.
func (c rulesBacktestCmd) Run(ctx context.Context, a *app.App) error {
	live, store, err := liveAndStore(ctx, a)
	if err != nil {
		return err
	}
	defer store.Close()
	d, err := readDraft(a, live, c.Draft, c.Name)
	if err != nil {
		return err
	}
	t, err := backtest(ctx, a, store, live.Cards, d.cards, c.period)
	if err != nil {
		return err
	}
	if c.JSON {
		return terminal.PrintIndented(a.Out, t.report)
	}
	fmt.Fprintf(a.Out, "%s over %s\n", d.layers[len(d.layers)-1].Name, t.over())
	return printComparison(a, t.report, c.Diffs, c.All)
}

// over says in words what a back-test ran over.
func (t *tried) over() string {
	if t.report.Interactions == 0 {
		return "no conversations"
	}
	text := fmt.Sprintf("%d %s, %s to %s (UTC)", t.report.Interactions, terminal.Plural(t.report.Interactions, "conversation"), t.from.Format(time.DateOnly), t.to.Format(time.DateOnly))
	if t.report.Skipped > 0 {
		text += fmt.Sprintf("; %d without a transcript", t.report.Skipped)
	}
	return text
}

// printComparison prints what a draft changes for a person to read.
func printComparison(a *app.App, r *qa.Report, diffs int, all bool) error {
	rules := models.Table{Columns: terminal.Columns("rule", "is", "version", "hits", "unsure", "applies", "differ", "people", "precision", "recall", "kappa", "AC1", "kappa before")}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Standing == qa.Same && rule.Differ == 0 && !all {
			continue
		}
		before := rule.LiveHuman.Figures()
		rules.Rows = append(rules.Rows, []any{rule.Rule, string(rule.Standing), change(rule.LiveVersion, rule.Version), change(rule.Live.Hits, rule.Draft.Hits),
			change(rule.Live.Unsure, rule.Draft.Unsure), change(rule.Live.Applied, rule.Draft.Applied), rule.Differ, rule.Figures.N,
			figure(rule.Figures.Precision), figure(rule.Figures.Recall), figure(rule.Figures.Kappa), figure(rule.Figures.AC1), figure(before.Kappa)})
	}
	cards := models.Table{Columns: terminal.Columns("scorecard", "is", "filled in", "mean score", "shift", "up", "down", "now pass", "now fail", "for review")}
	for i := range r.Cards {
		card := &r.Cards[i]
		if card.Standing == qa.Same && card.Differ == 0 && !all {
			continue
		}
		cards.Rows = append(cards.Rows, []any{card.Card, string(card.Standing), change(card.Live.N, card.Draft.N), change(points(card.Live.Mean), points(card.Draft.Mean)),
			fmt.Sprintf("%+.2f", card.MeanShift), card.Up, card.Down, card.Passing, card.Failing, change(card.Live.Review, card.Draft.Review)})
	}
	if len(rules.Rows)+len(cards.Rows) == 0 {
		fmt.Fprintln(a.Out, "\nNothing comes out otherwise.")
		return nil
	}
	for _, t := range []models.Table{rules, cards} {
		if len(t.Rows) > 0 {
			fmt.Fprintln(a.Out)
			terminal.DrawTable(a.Out, t)
		}
	}
	if n := len(r.Diffs); n > 0 {
		fmt.Fprintf(a.Out, "\nVerdicts that come out otherwise%s\n", firstOf(diffs, n+r.More))
		for _, d := range r.Diffs[:min(n, diffs)] {
			fmt.Fprintf(a.Out, "  %s  %s: %s%s\n", d.ID, d.Rule, change(outcomeText(d.Live), outcomeText(d.Draft)), humanText(d.Human))
			if d.Was != "" && d.Live != models.Miss {
				fmt.Fprintf(a.Out, "      was: %s\n", d.Was)
			}
			fmt.Fprintf(a.Out, "      now: %s\n", cmp.Or(d.Because, "no such rule"))
		}
	}
	if n := len(r.ScoreDiffs); n > 0 {
		fmt.Fprintf(a.Out, "\nScores that move%s\n", firstOf(diffs, n))
		for _, d := range r.ScoreDiffs[:min(n, diffs)] {
			fmt.Fprintf(a.Out, "  %s  %s: %s\n", d.ID, d.Card, change(points(d.Live), points(d.Draft)))
		}
	}
	return nil
}

func firstOf(shown, n int) string {
	if shown < n {
		return fmt.Sprintf(" (%d of %d; --diffs and --json show more)", shown, n)
	}
	return ""
}

// change formats what was and what is, once if both are the same.
func change[T comparable](was, is T) string {
	if was == is {
		return fmt.Sprint(is)
	}
	text := func(v T) string {
		if s := fmt.Sprint(v); s != "" {
			return s
		}
		return "–"
	}
	return text(was) + " → " + text(is)
}

// points formats a score.
func points(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func figure(f *float64) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf("%.3f", *f)
}

func outcomeText(o models.Outcome) string {
	if o == "" {
		return "none"
	}
	return string(o)
}

func humanText(human *bool) string {
	switch {
	case human == nil:
		return ""
	case *human:
		return "; people say hit"
	}
	return "; people say miss"
}
