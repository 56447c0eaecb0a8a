package measure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
	"earshot/redact"
	"earshot/redact/synth"
)

type evalRedactCmd struct {
	Data string `type:"existingfile" help:"JSON Lines with labels; docs/benchmarks.md shows the form."`
	Made int    `placeholder:"N" help:"Measure on N made conversations with private numbers, written and spoken, half as many with Chinese names and addresses, and as many near misses, instead."`
	Seed uint64 `default:"1" help:"Of what is made."`
	JSON bool   `name:"json" help:"Print JSON, details included."`
}

// Validate asks for one source of data.
func (c evalRedactCmd) Validate() error {
	if (c.Data == "") == (c.Made == 0) || c.Made < 0 {
		return fmt.Errorf("say what to measure on: --data FILE, or --made N")
	}
	return nil
}

func (c evalRedactCmd) Run(ctx context.Context, a *app.App) error {
	if c.Made > 0 {
		return c.runMade(ctx, a)
	}
	out := labelled{Data: c.Data, JSON: c.JSON}
	items, err := readLabelled[eval.RedactItem](out)
	if err != nil {
		return err
	}
	service := a.Config.Redact
	masked, err := maskItems(service, items)
	if err != nil {
		return err
	}
	inService := eval.Redact(items, masked)
	// What counts as private is for the labels to say: types that they have are
	// looked for, also those that the service leaves alone unless it is told.
	for _, item := range items {
		for _, s := range item.Spans {
			for _, t := range redact.LabelTypes(s.Type) {
				service.Keep = slices.DeleteFunc(slices.Clone(service.Keep), func(k string) bool { return k == string(t) })
				if !slices.Contains(service.Also, string(t)) {
					service.Also = append(slices.Clone(service.Also), string(t))
				}
			}
		}
	}
	if masked, err = maskItems(service, items); err != nil {
		return err
	}
	r := eval.Redact(items, masked)
	r.InService = &eval.RedactService{Recall: inService.Recall, Precision: inService.Precision, F2: inService.F2, OverMasking: inService.OverMasking}
	t := models.Table{Columns: terminal.Columns("type", "found", "false", "missed", "precision", "recall")}
	for _, name := range slices.Sorted(maps.Keys(r.Types)) {
		n := r.Types[name]
		t.Rows = append(t.Rows, []any{name, n.True, nil, n.Missed, nil, n.Recall})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Masked)) {
		n := r.Masked[name]
		t.Rows = append(t.Rows, []any{"masked as " + name, n.True, n.False, nil, n.Precision, nil})
	}
	t.Rows = append(t.Rows,
		[]any{fmt.Sprintf("all, F2 %.3f", r.F2), nil, nil, nil, r.Precision, r.Recall},
		[]any{"all, as the service is configured", nil, nil, nil, inService.Precision, inService.Recall},
		[]any{fmt.Sprintf("characters masked that are not labelled: %.4f", r.OverMasking), nil, nil, nil, nil, nil})
	return out.print(a, r, t)
}

// maskItems returns what is found in each item.
func maskItems(cfg redact.Config, items []eval.RedactItem) ([][]eval.PrivateSpan, error) {
	mask, err := redact.New(cfg)
	if err != nil {
		return nil, err
	}
	masked := make([][]eval.PrivateSpan, len(items))
	for i, item := range items {
		for _, f := range mask.Find(item.Text, false) {
			masked[i] = append(masked[i], eval.PrivateSpan{
				From: utf8.RuneCountInString(item.Text[:f.From]), To: utf8.RuneCountInString(item.Text[:f.To]), Type: string(f.Type),
			})
		}
	}
	return masked, nil
}

// runMade masks made conversations and looks for what can still be read.
func (c evalRedactCmd) runMade(ctx context.Context, a *app.App) error {
	mask, err := redact.New(a.Config.Redact)
	if err != nil {
		return err
	}
	run := func(k *synth.Case) ([]string, error) {
		in := k.Interaction("made")
		if _, err := mask.Run(ctx, in); err != nil {
			return nil, err
		}
		var texts []string
		for i := range in.Transcript.Turns {
			texts = append(texts, in.Transcript.Turns[i].Text)
		}
		return texts, nil
	}
	r := eval.RedactMade{Types: map[string]*eval.Counts{}}
	m := synth.New(c.Seed)
	for i := range c.Made {
		cases := []synth.Case{m.Numbers(), m.NearMiss()}
		if i%2 == 0 {
			cases = append(cases, m.Words())
		}
		for _, k := range cases {
			texts, err := run(&k)
			if err != nil {
				return err
			}
			if k.Secret != "" {
				r.Add(string(k.Kind), k.Spoken, k.Language, k.Leaks(texts), dialogue(k.Turns))
			} else {
				r.AddNear(texts[0] != k.Turns[0].Text, k.Turns[0].Text)
			}
		}
	}
	r.Finish()
	t := models.Table{Columns: terminal.Columns("type", "of", "leaked", "recall")}
	for _, name := range slices.Sorted(maps.Keys(r.Types)) {
		n := r.Types[name]
		t.Rows = append(t.Rows, []any{name, n.True + n.Missed, n.Missed, n.Recall})
	}
	t.Rows = append(t.Rows, []any{"all", r.N, r.Leaked, r.Recall}, []any{"near misses masked", r.Near, r.NearMasked, nil})
	return labelled{JSON: c.JSON}.print(a, r, t)
}

func dialogue(turns []models.Turn) string {
	all := ""
	for _, t := range turns {
		all += string(t.Party[:1]) + ": " + t.Text + "\n"
	}
	return all
}
