package measure

import (
	"context"
	"fmt"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/pipeline"
)

type evalSpeedCmd struct {
	labelled
	Seconds int `default:"5" help:"How long to go round over the data."`
}

// speedItem is a document: the turns of a conversation or, without any, the
// text of one.
type speedItem struct {
	Text  string `json:"text"`
	Turns []struct {
		Party models.Party `json:"party"`
		Text  string       `json:"text"`
	} `json:"turns"`
}

// speedReport is how fast one core is through the text steps.
type speedReport struct {
	N         int                `json:"n"` // documents in the data
	Bytes     int                `json:"bytes"`
	PerSec    float64            `json:"documents_per_second"` // of processor time, memory management included
	Masking   float64            `json:"masking_documents_per_second"`
	Steps     map[string]float64 `json:"microseconds_per_document"` // on the clock
	Rounds    int                `json:"rounds"`
	Processor float64            `json:"processor_seconds"`
}

// Run takes the documents through the steps of the pipeline that need no
// recording, one after the other on one core, again and again.
func (c evalSpeedCmd) Run(ctx context.Context, a *app.App) error {
	items, err := readLabelled[speedItem](c.labelled)
	if err != nil {
		return err
	}
	mask, err := a.NewRedact()
	if err != nil {
		return err
	}
	after, err := a.TextSteps()
	if err != nil {
		return err
	}
	steps := append([]pipeline.Step{mask}, after...)
	r := speedReport{N: len(items), Steps: map[string]float64{}}
	spent := map[string]time.Duration{}
	one := func(item *speedItem, count bool) error {
		in := item.interaction()
		for _, s := range steps {
			start := time.Now()
			if _, err := s.Run(ctx, in); err != nil {
				return err
			}
			if count {
				spent[s.Name()] += time.Since(start)
			}
		}
		return nil
	}
	for i := range items { // once to warm up
		r.Bytes += len(items[i].Text)
		for _, t := range items[i].Turns {
			r.Bytes += len(t.Text)
		}
		if err := one(&items[i], false); err != nil {
			return fmt.Errorf("%s: document %d: %w", c.Data, i+1, err)
		}
	}
	start, used := time.Now(), cpuSeconds()
	for time.Since(start) < time.Duration(c.Seconds)*time.Second {
		for i := range items {
			if err := one(&items[i], true); err != nil {
				return err
			}
		}
		r.Rounds++
	}
	r.Processor = cpuSeconds() - used
	total := time.Duration(0)
	done := float64(r.Rounds * r.N)
	t := models.Table{Columns: terminal.Columns("step", "µs a document")}
	for _, s := range steps {
		total += spent[s.Name()]
		r.Steps[s.Name()] = float64(spent[s.Name()].Microseconds()) / done
		t.Rows = append(t.Rows, []any{s.Name(), r.Steps[s.Name()]})
	}
	r.PerSec = done / r.Processor
	r.Masking = r.PerSec * total.Seconds() / spent[mask.Name()].Seconds()
	t.Rows = append(t.Rows, []any{fmt.Sprintf("all: %.0f documents a second of processor time", r.PerSec), 1e6 / r.PerSec})
	return c.print(a, r, t)
}

// interaction makes a conversation of the document.
func (s *speedItem) interaction() *models.Interaction {
	t := &models.Transcript{Grade: models.GradeText}
	if len(s.Turns) == 0 {
		t.Turns = append(t.Turns, models.Turn{Party: models.Customer, Text: s.Text})
	}
	for i, turn := range s.Turns {
		at := models.Millis(i) * 10_000
		t.Turns = append(t.Turns, models.Turn{Party: turn.Party, Text: turn.Text, Start: at, End: at + 5_000})
	}
	return &models.Interaction{Schema: models.SchemaVersion, ID: "speed", Channel: models.WebChat, Started: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Transcript: t}
}
