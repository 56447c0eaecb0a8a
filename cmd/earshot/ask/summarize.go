package ask

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/app"
	"earshot/models"
	"earshot/nlp/openai"
	"earshot/warehouse"
)

// SummarizeCmd is `earshot summarize`.
type SummarizeCmd struct {
	app.LLMFlag
	IDs     []models.ID      `arg:"" optional:"" name:"id" help:"Interactions to summarise (default: all)."`
	From    time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began on this day (UTC) or later."`
	To      time.Time        `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began before this day (UTC)."`
	Channel []models.Channel `help:"Only these channels."`
	Missing bool             `help:"Only those whose summary the language model should have written, and was not there to."`
	Again   bool             `help:"Also those that a language model has summarised before."`
}

// Run has the language model summarise what is stored, as the pipeline would.
// Scores and findings stay as they are.
func (c SummarizeCmd) Run(ctx context.Context, a *app.App) error {
	if err := c.Apply(a); err != nil {
		return err
	}
	if !a.Config.LLM.Enabled() {
		return errors.New("no language model: name its server with --llm URL or llm.url; 'make llm' starts one")
	}
	a.Config.LLM.Unhurried = true
	client, err := a.NewLLM()
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Check(ctx); err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	filter := warehouse.Filter{From: c.From, To: c.To, Channels: c.Channel, IDs: c.IDs}
	n, _, _, err := store.Span(ctx, filter)
	if err != nil {
		return err
	}
	w := summarizing{step: openai.NewStep(client), writer: store.Writer()}
	w.writes.SetLimit(storedAtOnce)
	stop := a.Progress(&w.seen, int64(n), "conversations")
	var g errgroup.Group
	g.SetLimit(a.Config.LLM.Parallel)
	err = store.Each(ctx, filter, func(in *models.Interaction, revision models.Revision) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !c.wants(in) {
			w.seen.Add(1)
			return nil
		}
		g.Go(func() error { return w.do(ctx, in, revision) })
		return nil
	})
	err = errors.Join(err, g.Wait(), w.writes.Wait(), w.writer.Close())
	stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d summaries written, %d sentences dropped that their conversations do not support; %d tokens read (%d from the server's cache), %d written\n",
		w.written, w.dropped, w.used.Prompt, w.used.Cached, w.used.Answer)
	if w.failed > 0 {
		return fmt.Errorf("%d conversations stay without: the last for %s; run this again with --missing", w.failed, w.reason)
	}
	return nil
}

func (c SummarizeCmd) wants(in *models.Interaction) bool {
	switch {
	case in.Summary == nil:
		return true
	case in.Summary.Method == "llm":
		return c.Again
	case c.Missing:
		return in.Summary.Missing != ""
	}
	return true
}

// storedAtOnce is how many summaries wait for the store while the language
// model goes on: it takes them in batches.
const storedAtOnce = 256

// summarizing is the work of several goroutines.
type summarizing struct {
	step   *openai.Step
	writer *warehouse.Writer
	writes errgroup.Group
	seen   atomic.Int64

	mu              sync.Mutex
	written, failed int
	dropped         int
	used            models.Usage
	reason          string
}

func (w *summarizing) do(ctx context.Context, in *models.Interaction, revision models.Revision) error {
	defer w.seen.Add(1)
	if in.Summary != nil && in.Summary.Method == "llm" {
		in.Summary = nil
	}
	if _, err := w.step.Run(ctx, in); err != nil {
		return fmt.Errorf("interaction %s: %w", in.ID, err)
	}
	if in.Summary == nil {
		return nil // nothing was said, or it is not flagged
	}
	w.mu.Lock()
	switch {
	case in.Summary.Missing != "":
		w.failed++
		w.reason = in.Summary.Missing
	case in.Summary.Method == "llm":
		w.written++
		w.dropped += in.Summary.Dropped
		w.used.Add(*in.Summary.Usage)
	default:
		w.mu.Unlock()
		return nil
	}
	w.mu.Unlock()
	w.writes.Go(func() error { return w.writer.Store(ctx, in, revision) })
	return nil
}
