package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/config"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/models"
	"earshot/pipeline"
)

// AnalyzeCmd is `earshot analyze`.
type AnalyzeCmd struct {
	app.LLMFlag
	Files []string `arg:"" help:"Recordings and chat logs, in any form that 'earshot ingest' takes."`
	JSON  bool     `name:"json" help:"Print the whole interaction as JSON, one a line."`
	All   bool     `help:"Print what was looked for and not found, too."`
}

// Run takes the files through the same door and the same steps as serve does,
// but keeps nothing. The exit code is 1 if a file was refused or failed.
func (c AnalyzeCmd) Run(ctx context.Context, a *app.App) error {
	if err := c.Apply(a); err != nil {
		return err
	}
	a.Config.LLM.Unhurried = true
	folder, err := os.MkdirTemp("", "earshot-analyze-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	recordings, err := media.Open(ctx, media.Config{URL: filepath.Join(folder, "media")})
	if err != nil {
		return err
	}
	defer recordings.Close()
	if a.Config.ASR.Cache == config.ASRFolder(a.Config.Data) {
		a.Config.ASR.Cache = filepath.Join(folder, "asr")
	}
	steps, closeSteps, err := a.NewSteps(recordings)
	if err != nil {
		return err
	}
	analyst := &analyst{steps: steps, print: c.printer(a)}
	masker, err := a.NewMasker()
	if err != nil {
		return errors.Join(err, closeSteps())
	}
	door, err := ingest.New(a.Config.Ingest, ingest.Parts{
		Publisher: analyst, Media: recordings, Probe: app.Prober{}, Mask: masker, Log: a.Log,
		Refuse: func(context.Context, models.Dead) error { return nil }, // printed below
	})
	if err != nil {
		return errors.Join(err, closeSteps())
	}
	tally, err := door.Ingest(ctx, c.Files, ingest.Observer{Refused: func(err error) { fmt.Fprintln(a.Err, "earshot:", err) }})
	if err := errors.Join(err, closeSteps()); err != nil {
		return err
	}
	if tally.Refused > 0 || tally.Accepted == 0 {
		return app.ExitError(1)
	}
	return nil
}

func (c AnalyzeCmd) printer(a *app.App) func(*models.Interaction) error {
	first := true
	return func(in *models.Interaction) error {
		if c.JSON {
			return json.NewEncoder(a.Out).Encode(in)
		}
		if !first {
			fmt.Fprintln(a.Out)
		}
		first = false
		ask.Explain(a.Out, in, c.All)
		return nil
	}
}

// analyst stands where the log is otherwise: what the door accepts is analysed
// at once, and printed.
type analyst struct {
	steps []pipeline.Step
	mu    sync.Mutex // one conversation is printed at a time
	print func(*models.Interaction) error
}

// Publish runs the steps over in. A step's failure counts as a refusal, since
// nobody comes back to try again.
func (x *analyst) Publish(ctx context.Context, in *models.Interaction) error {
	for _, step := range x.steps {
		started := time.Now()
		by, err := step.Run(ctx, in)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return models.BadInput("step %s: %w", step.Name(), err)
		}
		in.Trace = append(in.Trace, models.Trace{Step: step.Name(), Started: started.UTC(), Millis: models.Millis(time.Since(started).Milliseconds()), By: by})
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.print(in)
}
