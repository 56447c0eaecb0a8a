package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"earshot/bus"
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/demo"
	"earshot/ingest"
	"earshot/models/weights"
	"earshot/pipeline"
	"earshot/warehouse"
)

// DemoCmd is `earshot demo`.
type DemoCmd struct {
	Dir string `arg:"" optional:"" type:"path" help:"Folder to write to (default: demo in the cache)."`
}

// Run makes the demo conversations and says where they are.
func (c DemoCmd) Run(ctx context.Context, a *app.App) error {
	dir := c.Dir
	if dir == "" {
		dir = demoFolder()
	}
	made, err := makeDemo(ctx, a, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d calls and %d chat logs in %s\nsend them in with: earshot ingest %s\n", made.Calls, made.Logs, made.Inbox, made.Inbox)
	return nil
}

func demoFolder() string { return filepath.Join(weights.CacheDir(), "demo") }

// makeDemo makes the demo conversations. Where speech synthesis is not
// installed it says so, and a sample recording stands in for the calls.
func makeDemo(ctx context.Context, a *app.App, dir string) (*demo.Made, error) {
	made, err := demo.Speak(ctx, demo.Options{
		Dir: dir, Now: time.Now(), Sample: app.SampleRecording(),
		Progress: func(p demo.Progress) {
			if !p.Reused {
				fmt.Fprintf(a.Out, "demo: call %d of %d spoken, %s, %s long\n", p.Done, p.Total, p.ID, p.Length)
			}
		},
	})
	var missing *demo.MissingToolsError
	if errors.As(err, &missing) {
		fmt.Fprintf(a.Out, "demo: %v; the sample recording and the chat logs are used. To have the calls: deploy/setup/voices.sh\n", err)
		return made, nil
	}
	return made, err
}

// runDemo sends the demo conversations through the door, waits for their
// results and prints them. They are not sent again where an earlier run has
// left anything in the store.
func runDemo(ctx context.Context, a *app.App, s *service) error {
	started := time.Now()
	c, err := ask.ReadCoverage(ctx, s.store)
	if err != nil {
		return err
	}
	if c.Accepted == 0 {
		err = sendDemo(ctx, a, s, started)
	} else {
		err = awaitResults(ctx, s.bus, s.store, a.Out)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Out)
	if err := ask.PrintReport(ctx, a, s.store, "coverage"); err != nil {
		return err
	}
	fmt.Fprintln(a.Out)
	if err := ask.PrintFlagged(ctx, a.Out, s.store); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "\nMore: bin/earshot show ID · bin/earshot report · bin/earshot sql 'SELECT …'\n\n")
	printAddresses(a, s)
	return nil
}

func sendDemo(ctx context.Context, a *app.App, s *service, started time.Time) error {
	made, err := makeDemo(ctx, a, demoFolder())
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "demo: sending %d calls and %d chat logs\n", made.Calls, made.Logs)
	tally, err := s.door.Ingest(ctx, []string{made.Inbox}, ingest.Observer{
		Refused: func(err error) { fmt.Fprintln(a.Out, "refused:", err) },
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "demo: %d accepted\n", tally.Accepted)
	if err := awaitResults(ctx, s.bus, s.store, a.Out); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "demo: all results %s after the first step\n", time.Since(started).Round(time.Second))
	return nil
}

// awaitResults waits until everything in the log is noted as accepted and has
// its result, and reports progress when it changes.
func awaitResults(ctx context.Context, b *bus.Bus, store *warehouse.Warehouse, progress io.Writer) error {
	last := -1
	for {
		unnoted, err := b.Lag(ctx, pipeline.TopicInteractions, pipeline.GroupLedger)
		if err != nil {
			return err
		}
		c, err := ask.ReadCoverage(ctx, store)
		if err != nil {
			return err
		}
		if done := c.Scored + c.Failed; done != last {
			last = done
			fmt.Fprintf(progress, "%d of %d have their result\n", done, c.Accepted)
		}
		if unnoted == 0 && c.InFlight == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
