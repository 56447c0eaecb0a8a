package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"earshot/bus"
	"earshot/demo"
	"earshot/ingest"
	"earshot/models/weights"
	"earshot/pipeline"
	"earshot/warehouse"
)

type demoCmd struct {
	Dir string `arg:"" optional:"" type:"path" help:"Folder to write to (default: demo in the cache)."`
}

// Run makes the demo conversations and says where they are.
func (c demoCmd) Run(ctx context.Context, a *app) error {
	dir := c.Dir
	if dir == "" {
		dir = demoFolder()
	}
	made, err := a.makeDemo(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%d calls and %d chat logs in %s\nsend them in with: earshot ingest %s\n", made.Calls, made.Logs, made.Inbox, made.Inbox)
	return nil
}

func demoFolder() string { return filepath.Join(weights.CacheDir(), "demo") }

// makeDemo makes the demo conversations. Where speech synthesis is not
// installed it says so, and a sample recording stands in for the calls.
func (a *app) makeDemo(ctx context.Context, dir string) (*demo.Made, error) {
	made, err := demo.Speak(ctx, demo.Options{
		Dir: dir, Now: time.Now(), Sample: sampleRecording(),
		Progress: func(p demo.Progress) {
			if !p.Reused {
				fmt.Fprintf(a.out, "demo: call %d of %d spoken, %s, %s long\n", p.Done, p.Total, p.ID, p.Length)
			}
		},
	})
	var missing *demo.MissingToolsError
	if errors.As(err, &missing) {
		fmt.Fprintf(a.out, "demo: %v; the sample recording and the chat logs are used. To have the calls: deploy/setup/voices.sh\n", err)
		return made, nil
	}
	return made, err
}

// sampleRecording is the recording that the whisper.cpp tree carries, "" if it
// is not there.
func sampleRecording() string {
	path := filepath.Join(weights.CacheDir(), "whisper.cpp-1.9.1", "bindings", "go", "samples", "jfk.wav")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// runDemo sends the demo conversations through the door, waits for their
// results and prints them. They are not sent again where an earlier run has
// left anything in the store.
func (a *app) runDemo(ctx context.Context, s *service) error {
	started := time.Now()
	c, err := readCoverage(ctx, s.store)
	if err != nil {
		return err
	}
	if c.accepted == 0 {
		err = a.sendDemo(ctx, s, started)
	} else {
		err = a.awaitResults(ctx, s.bus, s.store, a.out)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	if err := a.printReport(ctx, s.store, "coverage"); err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	if err := printFlagged(ctx, a.out, s.store); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nMore: bin/earshot show ID · bin/earshot report · bin/earshot sql 'SELECT …'\n\n")
	a.printAddresses(s)
	return nil
}

func (a *app) sendDemo(ctx context.Context, s *service, started time.Time) error {
	made, err := a.makeDemo(ctx, demoFolder())
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "demo: sending %d calls and %d chat logs\n", made.Calls, made.Logs)
	tally, err := s.door.Ingest(ctx, []string{made.Inbox}, ingest.Observer{
		Refused: func(err error) { fmt.Fprintln(a.out, "refused:", err) },
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "demo: %d accepted\n", tally.Accepted)
	if err := a.awaitResults(ctx, s.bus, s.store, a.out); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "demo: all results %s after the first step\n", time.Since(started).Round(time.Second))
	return nil
}

// awaitResults waits until everything in the log is noted as accepted and has
// its result, and reports progress when it changes.
func (a *app) awaitResults(ctx context.Context, b *bus.Bus, store *warehouse.Warehouse, progress io.Writer) error {
	last := -1
	for {
		unnoted, err := b.Lag(ctx, pipeline.TopicInteractions, pipeline.GroupLedger)
		if err != nil {
			return err
		}
		c, err := readCoverage(ctx, store)
		if err != nil {
			return err
		}
		if done := c.scored + c.failed; done != last {
			last = done
			fmt.Fprintf(progress, "%d of %d have their result\n", done, c.accepted)
		}
		if unnoted == 0 && c.inFlight == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
