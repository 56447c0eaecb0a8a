package measure

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/demo"
	"earshot/eval"
	"earshot/models"
	"earshot/nlp"
)

type evalFactsCmd struct {
	Data string `xor:"of" type:"existingfile" help:"JSON Lines with labels; docs/benchmarks.md shows the form."`
	Made int    `xor:"of" placeholder:"N" help:"Measure why customers are in touch, and the causes of their complaints, on a made-up history of N conversations instead."`
	Seed uint64 `default:"1" help:"Of what is made."`
	JSON bool   `name:"json" help:"Print JSON, details included."`

	Meaning string `enum:"off,all," default:"" help:"Tell sentences by what they mean, too: off, or all (default: as configured)."`
}

// Run measures findings of the kinds, and verdicts of the rules, that the labels name.
func (c evalFactsCmd) Run(ctx context.Context, a *app.App) error {
	if c.Meaning != "" {
		a.Config.NLP.Meaning = c.Meaning
	}
	steps, err := a.TextSteps()
	switch {
	case err != nil:
		return err
	case c.Made > 0:
		return c.runMade(ctx, a, a.Detect)
	case c.Data == "":
		return fmt.Errorf("say what to measure on: --data FILE, or --made N")
	}
	data := labelled{Data: c.Data, JSON: c.JSON}
	items, err := readLabelled[eval.FactsItem](data)
	if err != nil {
		return err
	}
	found := make([][]string, len(items))
	for i, item := range items {
		transcript, err := transcriptOf(item.Turns)
		if err != nil {
			return fmt.Errorf("%s: conversation %d: %w", c.Data, i+1, err)
		}
		channel := cmp.Or(models.Channel(item.Channel), models.WebChat)
		if !slices.Contains(models.Channels(), channel) {
			return fmt.Errorf("%s: conversation %d: channel %q: want one of %v", c.Data, i+1, item.Channel, models.Channels())
		}
		in := &models.Interaction{Channel: channel, Transcript: transcript}
		for _, step := range steps {
			if _, err := step.Run(ctx, in); err != nil {
				return err
			}
		}
		for _, f := range in.Findings {
			fact := f.Kind
			if f.Kind == "contact.reason" || f.Kind == "complaint.cause" {
				fact += "=" + f.Label
			}
			found[i] = append(found[i], fact)
		}
		for _, v := range in.Verdicts {
			if v.Outcome == models.Hit {
				found[i] = append(found[i], "rule."+v.Rule)
			}
		}
	}
	r := eval.Facts(items, found)
	t := countsTable("fact", r.Facts)
	t.Rows = append(t.Rows, []any{"all", nil, nil, nil, r.Precision, r.Recall, r.F1})
	return data.print(a, r, t)
}

// madeReasons is what comes out of a made-up history, by language; "" is all.
type madeReasons struct {
	Contacts map[string]*eval.ReasonsReport `json:"contacts"`
	Causes   map[string]*eval.ReasonsReport `json:"causes_of_complaints"`
	Calm     map[string]*eval.ReasonsReport `json:"causes_of_no_complaint"` // none is right
}

// measureMade compares the reasons and causes that are found with the problems
// that the made-up customers have.
func measureMade(ctx context.Context, step *nlp.Step, conversations int, seed uint64) (r madeReasons, err error) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	h, err := demo.NewHistory(demo.History{Seed: seed, Conversations: conversations, From: from, To: from.AddDate(0, 0, 28), Bursts: 3})
	if err != nil {
		return r, err
	}
	var contacts, causes, calm []eval.ReasonItem
	for i := range h.Conversations {
		in, about := h.Told(i)
		if _, err := step.Run(ctx, in); err != nil {
			return r, err
		}
		item := eval.ReasonItem{Language: in.Language, Right: about.Reasons, Told: labelOf(in, "contact.reason")}
		contacts = append(contacts, item)
		_, item.Told, _ = strings.Cut(labelOf(in, "complaint.cause"), "/")
		if about.Complaint {
			causes = append(causes, item)
		} else {
			item.Right = nil
			calm = append(calm, item)
		}
	}
	return madeReasons{Contacts: eval.Reasons(contacts), Causes: eval.Reasons(causes), Calm: eval.Reasons(calm)}, nil
}

func (c evalFactsCmd) runMade(ctx context.Context, a *app.App, step *nlp.Step) error {
	r, err := measureMade(ctx, step, c.Made, c.Seed)
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(a.Out)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	t := models.Table{Columns: terminal.Columns("what", "language", "conversations", "told", "right", "precision", "recall", "precision of fields", "recall of fields")}
	for _, of := range []struct {
		name    string
		reports map[string]*eval.ReasonsReport
	}{{"contact reason", r.Contacts}, {"cause of a complaint", r.Causes}, {"cause, but no complaint", r.Calm}} {
		for _, language := range slices.Sorted(maps.Keys(of.reports)) {
			n := of.reports[language]
			t.Rows = append(t.Rows, []any{of.name, cmp.Or(language, "all"), n.N, n.Told, n.Right, n.Precision, n.Recall, n.FieldPrecision, n.FieldRecall})
		}
	}
	return terminal.PrintTable(a.Out, t, "table")
}

// labelOf returns the label of the first finding of a kind; empty if there is
// none.
func labelOf(in *models.Interaction, kind string) string {
	if i := slices.IndexFunc(in.Findings, func(f models.Finding) bool { return f.Kind == kind }); i >= 0 {
		return in.Findings[i].Label
	}
	return ""
}
