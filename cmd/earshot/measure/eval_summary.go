package measure

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/eval"
	"earshot/models"
)

type evalSummaryCmd struct {
	labelled
	Show bool `help:"Print each summary above the figures."`
}

// Run summarises each dialogue as the pipeline would and judges what came out.
func (c evalSummaryCmd) Run(ctx context.Context, a *app.App) error {
	items, err := readLabelled[eval.SummaryItem](c.labelled)
	if err != nil {
		return err
	}
	detect, err := a.NewDetectors()
	if err != nil {
		return err
	}
	made := make([]eval.Summarised, len(items))
	for i, item := range items {
		in := &models.Interaction{ID: models.ID(fmt.Sprint("line-", i+1)), Channel: models.Phone, Transcript: item.Dialogue.Transcript()}
		if err := in.Transcript.Validate(); err != nil {
			return fmt.Errorf("%s: dialogue %d: %w", c.Data, i+1, err)
		}
		if len(item.Facts) == 0 {
			return models.BadInput("%s: dialogue %d has no facts", c.Data, i+1)
		}
		if _, err := detect.Run(ctx, in); err != nil {
			return err
		}
		made[i] = judged(in)
		if c.Show && !c.JSON {
			fmt.Fprintf(a.Out, "%s (%s)\n", item.ID, in.Summary.Method)
			for _, st := range in.Summary.Text {
				fmt.Fprintf(a.Out, "  %-8s %s\n", st.Section, st.Line())
			}
		}
	}
	r := eval.Summary(items, made)
	t := models.Table{Columns: terminal.Columns("language", "dialogues", "facts", "recall", "citation validity", "length", "longest", "characters", "by chance", "ceiling")}
	row := func(name string, f *eval.SummaryFigures) {
		t.Rows = append(t.Rows, []any{name, f.N, f.Facts, f.Recall, f.Validity, f.Length, f.Longest, f.Characters, f.Chance, f.Ceiling})
	}
	for _, language := range slices.Sorted(maps.Keys(r.Languages)) {
		row(language, r.Languages[language])
	}
	row("all", &r.SummaryFigures)
	return c.print(a, r, t)
}

// judged takes from an interaction what eval looks at.
func judged(in *models.Interaction) eval.Summarised {
	m := eval.Summarised{Method: in.Summary.Method}
	for _, st := range in.Summary.Text {
		m.Statements = append(m.Statements, st.Text)
		for _, e := range st.Cites {
			m.Cites++
			if e.Quote != "" && e.Check(in.Transcript) == nil {
				m.Valid++
			}
		}
	}
	return m
}
