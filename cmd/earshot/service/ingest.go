package service

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/terminal"
	"earshot/ingest"
	"earshot/models"
)

// IngestCmd is `earshot ingest`.
type IngestCmd struct {
	Paths []string `arg:"" help:"Recordings, chat logs, folders of them, or patterns such as 'calls/*.wav'."`
	Watch bool     `short:"w" help:"Go on watching the folders for new files until interrupted."`
	Wait  bool     `help:"Wait until everything sent has its result, then print the coverage."`
	Quiet bool     `short:"q" help:"Print only what was refused, and the sums."`
}

// Run sends everything it can. What is refused is printed with its reason and
// kept as a dead letter; the exit code is then 1.
func (c IngestCmd) Run(ctx context.Context, a *app.App) (err error) {
	client, err := app.Connect(ctx, a)
	if err != nil {
		return err
	}
	defer client.Close()
	writer := client.Store.Writer()
	defer func() { err = errors.Join(err, writer.Close()) }()
	door, err := newDoor(a, client.Bus, client.Media, writer.Fail)
	if err != nil {
		return err
	}
	if c.Watch {
		return c.watch(ctx, a, door)
	}
	obs, finish := c.observer(a)
	tally, err := door.Ingest(ctx, c.Paths, obs)
	finish()
	fmt.Fprintf(a.Out, "%d accepted, %d refused, from %d %s", tally.Accepted, tally.Refused, tally.Files, terminal.Plural(tally.Files, "file"))
	if tally.Skipped > 0 {
		fmt.Fprintf(a.Out, "; %d other files left alone", tally.Skipped)
	}
	fmt.Fprintln(a.Out)
	if err != nil {
		return err
	}
	if c.Wait {
		if err := awaitResults(ctx, client.Bus, client.Store, a.Err); err != nil {
			return err
		}
		if err := ask.PrintReport(ctx, a, client.Store, "coverage"); err != nil {
			return err
		}
	}
	if tally.Refused > 0 {
		fmt.Fprintln(a.Err, "what was refused is kept: see `earshot dead list`")
		return app.ExitError(1)
	}
	return nil
}

// observer shows progress: a bar on a terminal, a line now and then elsewhere.
func (c IngestCmd) observer(a *app.App) (obs ingest.Observer, finish func()) {
	if c.Quiet {
		return ingest.Observer{Refused: func(err error) { fmt.Fprintln(a.Err, "refused:", err) }}, func() {}
	}
	if !terminal.IsTerminal(a.Err) {
		last := time.Now()
		return ingest.Observer{
			Progress: func(p ingest.Progress) {
				if time.Since(last) > 5*time.Second {
					last = time.Now()
					fmt.Fprintf(a.Err, "%d of %d files, %d accepted, %d refused\n", p.Files, p.TotalFiles, p.Accepted, p.Refused)
				}
			},
			Refused: func(err error) { fmt.Fprintln(a.Err, "refused:", err) },
		}, func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.Err), mpb.WithWidth(50))
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

func (c IngestCmd) watch(ctx context.Context, a *app.App, door *ingest.Door) error {
	obs := ingest.Observer{
		Accepted: func(id models.ID, source string) {
			if !c.Quiet {
				fmt.Fprintf(a.Out, "accepted %s from %s\n", id, source)
			}
		},
		Refused: func(err error) { fmt.Fprintln(a.Err, "refused:", err) },
	}
	fmt.Fprintf(a.Out, "watching %v; Ctrl-C stops\n", c.Paths)
	err := door.Watch(ctx, c.Paths, a.Config.Data, obs)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
