package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"earshot/ingest"
	"earshot/models"
)

type ingestCmd struct {
	Paths []string `arg:"" help:"Recordings, chat logs, folders of them, or patterns such as 'calls/*.wav'."`
	Watch bool     `short:"w" help:"Go on watching the folders for new files until interrupted."`
	Wait  bool     `help:"Wait until everything sent has its result, then print the coverage."`
	Quiet bool     `short:"q" help:"Print only what was refused, and the sums."`
}

// Run sends everything it can. What is refused is printed with its reason and
// kept as a dead letter; the exit code is then 1.
func (c ingestCmd) Run(ctx context.Context, a *app) (err error) {
	client, err := connect(ctx, a)
	if err != nil {
		return err
	}
	defer client.close()
	writer := client.store.Writer()
	defer func() { err = errors.Join(err, writer.Close()) }()
	door, err := a.newDoor(client.bus, client.media, writer.Fail)
	if err != nil {
		return err
	}
	if c.Watch {
		return c.watch(ctx, a, door)
	}
	obs, finish := c.observer(a)
	tally, err := door.Ingest(ctx, c.Paths, obs)
	finish()
	fmt.Fprintf(a.out, "%d accepted, %d refused, from %d %s", tally.Accepted, tally.Refused, tally.Files, plural(tally.Files, "file"))
	if tally.Skipped > 0 {
		fmt.Fprintf(a.out, "; %d other files left alone", tally.Skipped)
	}
	fmt.Fprintln(a.out)
	if err != nil {
		return err
	}
	if c.Wait {
		if err := a.awaitResults(ctx, client.bus, client.store, a.err); err != nil {
			return err
		}
		if err := a.printReport(ctx, client.store, "coverage"); err != nil {
			return err
		}
	}
	if tally.Refused > 0 {
		fmt.Fprintln(a.err, "what was refused is kept: see `earshot dead list`")
		return exitError(1)
	}
	return nil
}

// observer shows progress: a bar on a terminal, a line now and then elsewhere.
func (c ingestCmd) observer(a *app) (obs ingest.Observer, finish func()) {
	if c.Quiet {
		return ingest.Observer{Refused: func(err error) { fmt.Fprintln(a.err, "refused:", err) }}, func() {}
	}
	if !isTerminal(a.err) {
		last := time.Now()
		return ingest.Observer{
			Progress: func(p ingest.Progress) {
				if time.Since(last) > 5*time.Second {
					last = time.Now()
					fmt.Fprintf(a.err, "%d of %d files, %d accepted, %d refused\n", p.Files, p.TotalFiles, p.Accepted, p.Refused)
				}
			},
			Refused: func(err error) { fmt.Fprintln(a.err, "refused:", err) },
		}, func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.err), mpb.WithWidth(50))
	var accepted, refused atomic.Int64 // the bar is drawn by a goroutine of its own
	bar := bars.AddBar(0,
		mpb.PrependDecorators(decor.Name("sending "), decor.CountersKibiByte("% .1f / % .1f")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			return fmt.Sprintf(" %d accepted, %d refused", accepted.Load(), refused.Load())
		})))
	return ingest.Observer{
		Progress: func(p ingest.Progress) {
			accepted.Store(int64(p.Accepted))
			refused.Store(int64(p.Refused))
			bar.SetTotal(max(p.TotalBytes, 1), false)
			bar.SetCurrent(p.Bytes)
		},
		Refused: func(err error) { fmt.Fprintln(bars, "refused:", err) },
	}, func() { bar.SetTotal(-1, true); bars.Wait() }
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (c ingestCmd) watch(ctx context.Context, a *app, door *ingest.Door) error {
	obs := ingest.Observer{
		Accepted: func(id models.ID, source string) {
			if !c.Quiet {
				fmt.Fprintf(a.out, "accepted %s from %s\n", id, source)
			}
		},
		Refused: func(err error) { fmt.Fprintln(a.err, "refused:", err) },
	}
	fmt.Fprintf(a.out, "watching %v; Ctrl-C stops\n", c.Paths)
	err := door.Watch(ctx, c.Paths, a.cfg.Data, obs)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
