package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

type workCmd struct{ llmFlag }

// Run works on what is in the log until ctx ends. Any number of these share
// the work.
func (c workCmd) Run(ctx context.Context, a *app) (err error) {
	if err := c.apply(a); err != nil {
		return err
	}
	s := &service{metrics: prometheus.NewRegistry(), brokers: a.cfg.Kafka.Brokers}
	defer func() { err = errors.Join(err, s.close()) }()
	if len(s.brokers) == 0 {
		e, err := findEndpoint(a.cfg.Data)
		if err != nil {
			return fmt.Errorf("kafka.brokers is empty, and %w", err)
		}
		s.brokers = e.Kafka
	}
	if s.store, err = a.connectStore(ctx, asWriter); err != nil {
		return err
	}
	s.closers = append(s.closers, s.store.Close)
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	if err := a.startWork(ctx, s); err != nil {
		return err
	}
	fmt.Fprintln(a.out, "working; Ctrl-C stops")
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.shelf.watch(ctx) })
	g.Go(func() error { return a.followLexicons(ctx, a.detect, lexiconCheck) })
	g.Go(func() error { return s.pipeline.Run(ctx) })
	g.Go(func() error { return a.settle(ctx, s) })
	return ignoreCancel(g.Wait())
}
