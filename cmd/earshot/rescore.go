package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/models"
	"earshot/pipeline"
	"earshot/warehouse"
)

type rescoreCmd struct {
	IDs     []models.ID      `arg:"" optional:"" name:"id" help:"Interactions to score again (default: all)."`
	From    time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began on this day (UTC) or later."`
	To      time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began before this day (UTC)."`
	Channel []models.Channel `help:"Only these channels."`
	DryRun  bool             `help:"Say what would change, and change nothing."`
}

// Run detects, judges and scores stored conversations with the lexicons, rules
// and scorecards of today. It needs neither recordings nor a language model.
// An interaction whose outcome stays the same is left as it is.
func (c rescoreCmd) Run(ctx context.Context, a *app) error {
	store, err := a.connectStore(ctx, asWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	steps, err := a.textSteps()
	if err != nil {
		return err
	}
	writer := store.Writer()
	var seen, changed, moved int
	var shift float64
	var writes errgroup.Group
	writes.SetLimit(1000)
	filter := warehouse.Filter{From: c.From, To: c.To, Channels: c.Channel, IDs: c.IDs}
	err = store.Each(ctx, filter, func(in *models.Interaction, old models.Revision) error {
		before, scoreBefore, err := outcome(in)
		if err != nil {
			return err
		}
		if err := again(ctx, steps, in); err != nil {
			return fmt.Errorf("interaction %s: %w", in.ID, err)
		}
		after, scoreAfter, err := outcome(in)
		if err != nil {
			return err
		}
		seen++
		if before == after {
			return nil
		}
		changed++
		if scoreBefore != scoreAfter {
			moved++
			shift += scoreAfter - scoreBefore
		}
		if c.DryRun {
			return nil
		}
		// A result that arrives from the pipeline meanwhile has to win, so the
		// revision is only just above the one that was read.
		writes.Go(func() error { return writer.Store(ctx, in, old) })
		return nil
	})
	if werr := writes.Wait(); err == nil {
		err = werr
	}
	if cerr := writer.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	verb := "changed"
	if c.DryRun {
		verb = "would change"
	}
	fmt.Fprintf(a.out, "%d interactions looked at, %d %s", seen, changed, verb)
	if moved > 0 {
		fmt.Fprintf(a.out, "; the score of %d moved, by %+.1f on average", moved, shift/float64(moved))
	}
	fmt.Fprintln(a.out)
	return nil
}

// again runs steps over in, whose transcript is there and masked.
func again(ctx context.Context, steps []pipeline.Step, in *models.Interaction) error {
	for _, step := range steps {
		started := time.Now()
		by, err := step.Run(ctx, in)
		if err != nil {
			return fmt.Errorf("step %s: %w", step.Name(), err)
		}
		trace := models.Trace{Step: step.Name(), Started: started.UTC().Truncate(time.Millisecond), Millis: models.Millis(time.Since(started).Milliseconds()), By: by}
		replaced := false
		for i := range in.Trace {
			if in.Trace[i].Step == trace.Step {
				in.Trace[i], replaced = trace, true
			}
		}
		if !replaced {
			in.Trace = append(in.Trace, trace)
		}
	}
	return nil
}

// outcome is what rescoring may change, as JSON to compare, and the first
// scorecard's score.
func outcome(in *models.Interaction) (text string, score float64, err error) {
	b, err := json.Marshal([]any{in.Findings, in.Summary, in.Verdicts, in.Scorecards})
	if len(in.Scorecards) > 0 {
		score = in.Scorecards[0].Score
	}
	return string(b), score, err
}
