package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/pipeline"
)

// DeadCmd is `earshot dead`.
type DeadCmd struct {
	List   deadListCmd   `cmd:"" help:"List what could not be processed or was refused, newest last."`
	Show   deadShowCmd   `cmd:"" help:"Show dead letters of one interaction, the record included."`
	Replay deadReplayCmd `cmd:"" help:"Send dead letters in again, once their cause is mended."`
}

// deadFilter chooses dead letters; the zero value chooses all.
type deadFilter struct {
	Step string `help:"Only what failed in this step: ingest, decode, asr, …"`
	Code string `help:"Only what failed for this class of reason, as 'dead list' shows it."`
}

func (f deadFilter) keeps(d models.Dead) bool {
	return (f.Step == "" || f.Step == d.Step) && (f.Code == "" || f.Code == d.Code)
}

// deadLetters reads the dead-letter topic; a letter that is there twice, after
// a crash, counts once.
func deadLetters(ctx context.Context, a *app.App, keep func(models.Dead) bool) ([]models.Dead, error) {
	client, err := app.Connect(ctx, a)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	type key struct {
		id       models.ID
		revision models.Revision
	}
	seen := map[key]bool{}
	var found []models.Dead
	err = pipeline.ScanDead(ctx, client.Bus, func(d models.Dead) error {
		if k := (key{d.ID, d.Revision}); d.Revision != 0 {
			if seen[k] {
				return nil
			}
			seen[k] = true
		}
		if keep(d) {
			found = append(found, d)
		}
		return nil
	})
	slices.SortStableFunc(found, func(x, y models.Dead) int { return x.At.Compare(y.At) })
	return found, err
}

type deadListCmd struct {
	deadFilter
	Format string `enum:"table,json,csv" default:"table" help:"table, json or csv."`
}

func (c deadListCmd) Run(ctx context.Context, a *app.App) error {
	found, err := deadLetters(ctx, a, c.keeps)
	if err != nil {
		return err
	}
	t := models.Table{Columns: terminal.Columns("at", "id", "step", "code", "source", "reason")}
	for _, d := range found {
		t.Rows = append(t.Rows, []any{d.At, string(d.ID), d.Step, d.Code, d.Source, d.Reason})
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}

type deadShowCmd struct {
	ID models.ID `arg:"" help:"The interaction's id."`
}

func (c deadShowCmd) Run(ctx context.Context, a *app.App) error {
	found, err := deadLetters(ctx, a, func(d models.Dead) bool { return d.ID == c.ID })
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("no dead letter of %s: `earshot dead list` shows which there are", c.ID)
	}
	for _, d := range found {
		fmt.Fprintf(a.Out, "%s  failed %s in step %s (%s) after %d %s\nfrom: %s\n%s\n", d.ID, d.At.Local().Format("2006-01-02 15:04:05"),
			d.Step, d.Code, d.Attempts, terminal.Plural(d.Attempts, "attempt"), d.Source, d.Reason)
		switch {
		case d.Truncated:
			fmt.Fprintln(a.Out, "record: too large to keep; send it again from its source")
		case len(d.Record) > 0:
			fmt.Fprintf(a.Out, "record:\n%s\n", d.Record)
		}
		fmt.Fprintln(a.Out)
	}
	return nil
}

type deadReplayCmd struct {
	deadFilter
	IDs []models.ID `arg:"" optional:"" name:"id" help:"Interactions to send again."`
	All bool        `help:"Send again whatever the filters let through."`
}

func (c deadReplayCmd) Run(ctx context.Context, a *app.App) error {
	if len(c.IDs) == 0 && !c.All {
		return errors.New("say what to replay: ids, or --all with --step or --code")
	}
	client, err := app.Connect(ctx, a)
	if err != nil {
		return err
	}
	defer client.Close()
	done, err := pipeline.Replay(ctx, client.Bus, func(d models.Dead) bool {
		return c.keeps(d) && (c.All || slices.Contains(c.IDs, d.ID))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d sent again", done.Sent)
	if done.Superseded > 0 {
		fmt.Fprintf(a.Out, "; %d left out, for a later record of theirs came in", done.Superseded)
	}
	if done.Without > 0 {
		fmt.Fprintf(a.Out, "; %d left out, for they were refused at the door or are too large to keep: send those from their source", done.Without)
	}
	fmt.Fprintln(a.Out)
	if done.Sent == 0 && len(c.IDs) > 0 {
		return fmt.Errorf("nothing was sent again: `earshot dead list` shows what there is")
	}
	return nil
}
