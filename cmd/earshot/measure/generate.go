package measure

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/judge"
	"earshot/demo"
	"earshot/models"
	"earshot/pipeline"
	"earshot/redact"
	"earshot/warehouse"
)

// GenerateCmd is `earshot generate`.
type GenerateCmd struct {
	Conversations int       `arg:"" help:"How many conversations; each has about 10 turns."`
	From          time.Time `format:"2006-01-02" placeholder:"DATE" help:"First day (UTC; default: 30 days before --to)."`
	To            time.Time `format:"2006-01-02" placeholder:"DATE" help:"Day after the last (UTC; default: today)."`
	Seed          uint64    `default:"1" help:"The same seed and range give the same history."`
	Agents        int       `help:"How many agents (default: one for 400 conversations, 30 to 400)."`
	Bursts        int       `default:"6" help:"Planted bursts of complaints, each with one cause."`
	Every         bool      `help:"Work through every conversation by itself. Without it, of more than 50000, one of each kind is worked through and copied with other people, times and numbers."`
	Truth         string    `type:"path" placeholder:"FILE" help:"Write what was planted to this file, as JSON."`
	Out           string    `type:"path" placeholder:"FILE" help:"Write the conversations as JSON Lines for 'earshot ingest', instead of storing results."`
}

// Run makes up a history. Its conversations go through the steps that the
// pipeline runs, so that findings, verdicts and scores are real, and into the
// store.
func (c GenerateCmd) Run(ctx context.Context, a *app.App) error {
	h, err := c.history()
	if err != nil {
		return err
	}
	if c.Out != "" {
		err = writeOut(c.Out, func(w io.Writer) error { return c.print(ctx, w, h) })
	} else {
		err = c.store(ctx, a, h)
	}
	if err != nil || c.Truth == "" {
		return err
	}
	return writeOut(c.Truth, func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(h.Truth())
	})
}

func (c GenerateCmd) history() (*demo.History, error) {
	if c.To.IsZero() {
		c.To = time.Now().UTC().Truncate(24 * time.Hour)
	}
	if c.From.IsZero() {
		c.From = c.To.AddDate(0, 0, -30)
	}
	return demo.NewHistory(demo.History{
		Seed: c.Seed, Conversations: c.Conversations, From: c.From, To: c.To, Agents: c.Agents, Bursts: c.Bursts,
	})
}

func writeOut(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (c GenerateCmd) print(ctx context.Context, w io.Writer, h *demo.History) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for in := range h.Each() {
		if err := errors.Join(ctx.Err(), out.Encode(in)); err != nil {
			return err
		}
	}
	return nil
}

// generatedAtOnce is how many conversations are worked on side by side. Most of
// them wait for the batch that they are written with.
const generatedAtOnce = 1000

// store works on the conversations, several at once, and writes the results.
func (c GenerateCmd) store(ctx context.Context, a *app.App, h *demo.History) error {
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	steps, err := maskAndTextSteps(a)
	if err != nil {
		return err
	}
	var done atomic.Int64
	stop := a.Progress(&done, int64(h.Conversations), "conversations")
	if h.Conversations > copiedFrom && !c.Every {
		err = storeCopies(ctx, store, steps, h, &done)
	} else {
		err = storeEach(ctx, store, steps, h, &done)
	}
	stop()
	if err == nil {
		fmt.Fprintf(a.Out, "%d conversations from %s to %s, %d bursts\n", h.Conversations, h.From.Format(time.DateOnly), h.To.Format(time.DateOnly), len(h.Planted()))
	}
	return err
}

// storeEach works through every conversation.
func storeEach(ctx context.Context, store *warehouse.Warehouse, steps []pipeline.Step, h *demo.History, done *atomic.Int64) error {
	writer := store.Writer()
	writes, going := errgroup.WithContext(ctx)
	writes.SetLimit(generatedAtOnce)
	for i := range h.Conversations {
		if going.Err() != nil {
			break
		}
		writes.Go(func() error {
			err := storeMadeUp(going, writer, steps, h.At(i), i)
			done.Add(1)
			return err
		})
	}
	return errors.Join(writes.Wait(), writer.Close(), ctx.Err())
}

// copiedFrom is how many conversations are still worked through one by one.
const copiedFrom = 50_000

// A pattern takes about 70 kB. There are more kinds the longer the history is,
// most of them rare: when so many patterns are there, a new kind is copied from
// one that differs in how the conversation ends.
const mostPatterns = 3000

// generatedMemory is what the garbage collector keeps the program below, so
// that it leaves the machine to the store.
const generatedMemory = 700 << 20

// patterns are those that copies are made of, by kind.
type patterns struct {
	exact map[demo.Kind]*warehouse.Pattern
	near  map[demo.Kind]*warehouse.Pattern // by kind without ending
}

func (p patterns) of(ctx context.Context, steps []pipeline.Step, h *demo.History, i int, kind demo.Kind) (*warehouse.Pattern, error) {
	pattern := p.exact[kind]
	if pattern == nil && len(p.exact) >= mostPatterns {
		pattern = p.near[kind.WithoutEnding()]
	}
	if pattern != nil {
		return pattern, nil
	}
	in := h.At(i)
	if err := judge.Again(ctx, steps, in); err != nil {
		return nil, fmt.Errorf("interaction %s: %w", in.ID, err)
	}
	pattern, err := warehouse.NewPattern(in)
	if err != nil {
		return nil, err
	}
	p.exact[kind] = pattern
	if near := kind.WithoutEnding(); p.near[near] == nil {
		p.near[near] = pattern
	}
	return pattern, nil
}

// storeCopies works through one conversation of each kind and stores copies of
// them.
func storeCopies(ctx context.Context, store *warehouse.Warehouse, steps []pipeline.Step, h *demo.History, done *atomic.Int64) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(min(generatedMemory, debug.SetMemoryLimit(-1))))
	made := patterns{map[demo.Kind]*warehouse.Pattern{}, map[demo.Kind]*warehouse.Pattern{}}
	bulk := store.Bulk(ctx)
	for i := range h.Conversations {
		o := h.Outline(i)
		pattern, err := made.of(ctx, steps, h, i, o.Kind)
		if err != nil {
			return errors.Join(err, bulk.Close())
		}
		if err := bulk.Add(pattern, warehouse.Copy{
			ID: o.ID, Revision: models.NewRevision(o.Started, int64(i)), Channel: o.Channel, Started: o.Started, Queue: o.Queue, Team: o.Team,
			Agent: o.Agent, Customer: o.Customer, Attributes: o.Attributes, Source: madeUp,
		}); err != nil {
			return errors.Join(err, bulk.Close())
		}
		done.Add(1)
	}
	return errors.Join(bulk.Close(), ctx.Err())
}

// madeUp is where conversations of a history say they came from.
const madeUp = "earshot generate"

// maskAndTextSteps are the steps that a conversation in text goes through.
func maskAndTextSteps(a *app.App) ([]pipeline.Step, error) {
	mask, err := redact.New(a.Config.Redact)
	if err != nil {
		return nil, err
	}
	after, err := a.TextSteps()
	return append([]pipeline.Step{mask}, after...), err
}

// storeMadeUp stores the i-th conversation of a history, accepted the moment
// it ended. Doing it again changes nothing.
func storeMadeUp(ctx context.Context, writer *warehouse.Writer, steps []pipeline.Step, in *models.Interaction, i int) error {
	if err := judge.Again(ctx, steps, in); err != nil {
		return fmt.Errorf("interaction %s: %w", in.ID, err)
	}
	revision := models.NewRevision(*in.Ended, int64(i))
	accepted := models.Accepted{ID: in.ID, Channel: in.Channel, Started: in.Started, Revision: revision, Source: madeUp}
	var both errgroup.Group
	both.Go(func() error { return writer.Accept(ctx, []models.Accepted{accepted}) })
	both.Go(func() error { return writer.Store(ctx, in, revision) })
	return both.Wait()
}
