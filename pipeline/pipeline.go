// Package pipeline drives whole interactions from the log to the store. It takes
// records from the bus, decodes them, runs the steps in order, times and
// retries them, stores the result and only then lets go of the record.
//
// Each record ends in exactly one of two ways: as a stored result, or as a Dead
// with the step and the reason, on the dead-letter topic and in the store.
// Nothing is let go before one of the two is durable, so a crash at any moment
// repeats work and loses none. Repeats are harmless because a record keeps its
// revision, and the store keys rows by it.
//
// Beside it a ledger reads the same records quickly and notes each as accepted,
// so that coverage counts what came, however far behind the steps are.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"earshot/bus"
	"earshot/models"
)

// Step fills one section of an interaction and returns what made it. It may be
// called from several goroutines with different interactions, and again with
// the same one after it failed. An error that wraps models.ErrBadInput is
// final; any other is tried again. An error with a method Code() string is
// counted under that code. A step returns soon after its context is done.
type Step interface {
	Name() string
	Run(ctx context.Context, in *models.Interaction) ([]models.By, error)
}

// Store keeps results. Each call returns nil only once what it was given is
// durable, may come from several goroutines, and may be repeated with the same
// arguments, to the same effect as once.
type Store interface {
	// Accept notes that records reached the log.
	Accept(ctx context.Context, records []models.Accepted) error
	// Store keeps an interaction with all its sections. Of several revisions of
	// one interaction the highest is its result, whatever the order of calls.
	Store(ctx context.Context, in *models.Interaction, revision models.Revision) error
	// Fail notes why a record has no result.
	Fail(ctx context.Context, dead models.Dead) error
}

// Pipeline is the driver of whole interactions.
type Pipeline struct {
	// Mask, if set before Run, masks private data in the reasons of dead
	// letters: they may quote what could not be read.
	Mask func(string) string

	cfg     Config
	bus     *bus.Bus
	steps   []Step
	store   Store
	metrics *metrics
	log     *slog.Logger

	suspects *suspects // nil: no journal
}

// The consumer groups.
const (
	GroupPipeline = "earshot-pipeline"
	GroupLedger   = "earshot-ledger"
)

// workersPerCore is so many because a worker waits for the store most of the
// time, and the store writes together what waits together.
const workersPerCore = 16

// New returns a pipeline that runs steps in the given order. It registers its
// metrics with reg unless that is nil.
func New(cfg Config, b *bus.Bus, steps []Step, store Store, reg prometheus.Registerer, log *slog.Logger) (*Pipeline, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	names := map[string]bool{stepDecode: true, stepStore: true}
	for _, s := range steps {
		if names[s.Name()] || s.Name() == "" {
			return nil, fmt.Errorf("pipeline: step name %q is empty, taken or reserved", s.Name())
		}
		names[s.Name()] = true
	}
	if cfg.Workers == 0 {
		cfg.Workers = workersPerCore * runtime.GOMAXPROCS(0)
	}
	m, err := newMetrics(reg)
	if err != nil {
		return nil, fmt.Errorf("pipeline: metrics: %w", err)
	}
	return &Pipeline{cfg: cfg, bus: b, steps: steps, store: store, metrics: m, log: log}, nil
}

// Run works until ctx is done, then finishes what is in flight within
// Config.StopGrace and returns nil. What it could not finish comes again when
// Run is called next, by this process or another. The topics must exist.
func (p *Pipeline) Run(ctx context.Context) (err error) {
	if p.cfg.Journal != "" {
		if p.suspects, err = openSuspects(p.cfg.Journal); err != nil {
			return fmt.Errorf("pipeline: %w", err)
		}
		defer func() {
			err = errors.Join(err, p.suspects.close())
			p.suspects = nil
		}()
	}
	results, err := p.bus.Subscribe(ctx, TopicInteractions, GroupPipeline)
	if err != nil {
		return fmt.Errorf("pipeline: %w", err)
	}
	accepted, err := p.bus.Subscribe(ctx, TopicInteractions, GroupLedger)
	if err != nil {
		return errors.Join(fmt.Errorf("pipeline: ledger: %w", err), results.Close())
	}
	p.log.Info("pipeline started", "workers", p.cfg.Workers, "steps", len(p.steps))

	// stop ends the taking of records, work the work on those taken.
	g, stop := errgroup.WithContext(ctx)
	work, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	context.AfterFunc(stop, func() {
		select {
		case <-work.Done():
		case <-time.After(p.cfg.StopGrace):
			abandon()
		}
	})
	for range p.cfg.Workers {
		g.Go(func() error { return p.worker(stop, work, results) })
	}
	g.Go(func() error { return p.ledger(stop, work, accepted) })
	g.Go(func() error { p.watchLag(stop); return nil })
	err = g.Wait()
	return errors.Join(err, results.Close(), accepted.Close())
}

// worker handles one record after the other until stop is done.
func (p *Pipeline) worker(stop, work context.Context, sub *bus.Subscription) error {
	for {
		d, err := sub.Next(stop)
		if err != nil {
			return ended(stop, err)
		}
		p.metrics.inFlight.Inc()
		err = p.handle(work, d.Message)
		p.metrics.inFlight.Dec()
		if err != nil {
			// Only a stop brings us here: the record comes again.
			p.log.Info("record left for the next start", "source", location(d.Message), "reason", err)
			return nil
		}
		d.Done()
	}
}

// ended turns the way a subscription ends when all is well into nil.
func ended(stop context.Context, err error) error {
	if stop.Err() != nil {
		return nil
	}
	return err
}
