package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/app"
)

// WorkCmd is `earshot work`.
type WorkCmd struct{ app.LLMFlag }

// Run works on what is in the log until ctx ends. Any number of these share
// the work.
func (c WorkCmd) Run(ctx context.Context, a *app.App) (err error) {
	if err := c.Apply(a); err != nil {
		return err
	}
	s := &service{metrics: prometheus.NewRegistry(), brokers: a.Config.Kafka.Brokers}
	defer func() { err = errors.Join(err, s.close()) }()
	if len(s.brokers) == 0 {
		e, err := app.FindEndpoint(a.Config.Data)
		if err != nil {
			return fmt.Errorf("kafka.brokers is empty, and %w", err)
		}
		s.brokers = e.Kafka
	}
	if s.store, err = a.ConnectStore(ctx, app.AsWriter); err != nil {
		return err
	}
	s.closers = append(s.closers, s.store.Close)
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	if err := startWork(ctx, a, s); err != nil {
		return err
	}
	fmt.Fprintln(a.Out, "working; Ctrl-C stops")
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Shelf.Watch(ctx) })
	g.Go(func() error { return a.FollowLexicons(ctx, a.Detect, app.LexiconCheck) })
	g.Go(func() error { return s.pipeline.Run(ctx) })
	g.Go(func() error { return settle(ctx, a, s) })
	return ignoreCancel(g.Wait())
}
