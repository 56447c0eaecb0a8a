// Package bus carries keyed records over Kafka.
//
// It promises two things. A record whose Publish returned nil is on all in-sync
// replicas. A record stays unread for its group until Done was called on its
// Delivery and on every delivery before it in its partition. Together they are
// at-least-once delivery: after a crash or a rebalance some records come again,
// so whoever consumes must be idempotent.
//
// The broker is any Kafka from 2.4 on, or the embedded one of bus/embedded,
// which speaks the same protocol. The package hardens segmentio/kafka-go where
// its defaults lose or stall: acknowledgements, batching delay, topics that do
// not exist yet, offsets below the start of the log, commits from a generation
// that has ended.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/segmentio/kafka-go"
)

// ErrClosed is returned by calls on a Bus or a Subscription that was closed.
var ErrClosed = errors.New("bus: closed")

// Bus is a connection to a Kafka cluster. Its methods may be called from many
// goroutines.
type Bus struct {
	cfg       Config
	log       *slog.Logger
	dialer    *kafka.Dialer
	transport *kafka.Transport
	client    *kafka.Client
	clock     clock

	mu      sync.Mutex
	closed  bool
	subs    map[*Subscription]struct{}
	limits  map[string]int        // largest record of a topic, in bytes, where Ensure was told
	writers map[int]*kafka.Writer // by largest record: a batch must fit its topic, too
}

// Open connects to a cluster and returns once a broker has answered. It keeps
// trying until ctx is done. The caller closes the Bus.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*Bus, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	dialer, transport, err := connections(cfg)
	if err != nil {
		return nil, err
	}
	b := &Bus{
		cfg: cfg, log: log, dialer: dialer, transport: transport,
		client:  &kafka.Client{Addr: kafka.TCP(cfg.Brokers...), Timeout: cfg.Timeout, Transport: transport},
		subs:    map[*Subscription]struct{}{},
		limits:  map[string]int{},
		writers: map[int]*kafka.Writer{},
	}
	if err := b.retryFor(ctx, 0, "reach broker", func(ctx context.Context) error {
		_, err := b.topics(ctx)
		return err
	}); err != nil {
		return nil, errors.Join(fmt.Errorf("open bus on %v: %w", cfg.Brokers, err), b.Close())
	}
	return b, nil
}

// Close closes every subscription, waits for records being published and gives
// the connections back. Closing twice does nothing.
func (b *Bus) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	open := make([]*Subscription, 0, len(b.subs))
	for s := range b.subs {
		open = append(open, s)
	}
	writers := slices.Collect(maps.Values(b.writers))
	b.mu.Unlock()

	var wg sync.WaitGroup
	errs := make([]error, len(open))
	for i, s := range open {
		wg.Go(func() { errs[i] = s.Close() })
	}
	wg.Wait()
	for _, w := range writers {
		errs = append(errs, w.Close())
	}
	b.transport.CloseIdleConnections()
	return errors.Join(errs...)
}

func (b *Bus) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}
