package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"earshot/bus"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/models"
	"earshot/pipeline"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

type serveCmd struct {
	Watch []string `placeholder:"DIR" type:"existingdir" help:"Take in what comes into these folders, too."`
	llmFlag
	Demo           bool `help:"Send the demo conversations in, and print what came of them."`
	StopWithParent bool `hidden:"" help:"End when the process that started this one ends."`
}

// Run serves until ctx ends. A part that fails for good ends all of it.
func (c serveCmd) Run(ctx context.Context, a *app) (err error) {
	if err := c.apply(a); err != nil {
		return err
	}
	if c.StopWithParent {
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0); err != nil {
			return fmt.Errorf("stop with parent: %w", err)
		}
	}
	lock, err := lockData(a.cfg.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.release(a.cfg.Data)) }()

	s, err := a.startService(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()

	http, err := listen(ctx, a.cfg.HTTP.Listen, defaultConfig().HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	s.at = endpoint{PID: os.Getpid(), Started: time.Now().UTC(), HTTP: http.Addr().String(), Kafka: s.brokers}
	handler := routes(a.cfg.HTTP.Token, s.door.Handler(), s.metrics, s.ready)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveHTTP(ctx, http, handler, a.log) })
	g.Go(func() error { return s.pipeline.Run(ctx) })
	g.Go(func() error { return a.settle(ctx, s) })
	g.Go(func() error { return a.pruneRecordings(ctx, s) })
	g.Go(func() error { return a.publishPacks(ctx) })
	g.Go(func() error { return a.watchBursts(ctx, s.store) })
	g.Go(func() error { return a.shelf.watch(ctx) })
	g.Go(func() error { return a.followLexicons(ctx, a.detect, lexiconCheck) })
	if len(c.Watch) > 0 {
		g.Go(func() error { return ignoreCancel(s.door.Watch(ctx, c.Watch, a.cfg.Data, a.logIngest())) })
	}
	if err := s.at.write(a.cfg.Data); err != nil {
		return err
	}
	a.printAddresses(s)
	if c.Demo {
		g.Go(func() error { return ignoreCancel(a.runDemo(ctx, s)) })
	}
	err = ignoreCancel(g.Wait())
	fmt.Fprintln(a.out, "Earshot has stopped.")
	return err
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// service is everything that serve runs, from the broker to the door.
type service struct {
	at         endpoint
	brokers    []string
	engine     *engine.Engine // nil where a ClickHouse server is configured
	bus        *bus.Bus
	store      *warehouse.Warehouse
	door       *ingest.Door
	recordings *media.Store
	pipeline   *pipeline.Pipeline
	metrics    *prometheus.Registry
	ready      func(context.Context) error
	closers    []func() error
}

func (s *service) close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	return errors.Join(errs...)
}

// startService starts the parts in order: broker and store side by side, then
// what talks to them. On an error it stops what it had started.
func (a *app) startService(ctx context.Context) (_ *service, err error) {
	s := &service{metrics: prometheus.NewRegistry(), brokers: a.cfg.Kafka.Brokers}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if len(s.brokers) == 0 {
		broker, err := a.startBroker(ctx)
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, broker.Close)
		s.brokers = []string{broker.Addr()}
	}
	if err := a.openStore(ctx, s); err != nil {
		return nil, err
	}
	return s, a.startWork(ctx, s)
}

// startWork opens bus and recordings and builds the pipeline and the door on
// them and on the store.
func (a *app) startWork(ctx context.Context, s *service) error {
	b, err := a.openBus(ctx, s.brokers, s.store)
	if err != nil {
		return err
	}
	s.bus = b
	s.closers = append(s.closers, b.Close)
	if s.recordings, err = media.Open(ctx, a.cfg.Media); err != nil {
		return err
	}
	s.closers = append(s.closers, s.recordings.Close)
	steps, closeSteps, err := a.newSteps(s.recordings)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, closeSteps)
	if err := a.shelf.now.Load().checkLocks(ctx, s.store); err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	writer := s.store.Writer()
	s.closers = append(s.closers, writer.Close)
	if s.pipeline, err = pipeline.New(a.cfg.Pipeline, b, steps, writer, s.metrics, a.log); err != nil {
		return err
	}
	mask, err := a.newRedact()
	if err != nil {
		return err
	}
	s.pipeline.Mask = mask.Text
	s.ready = func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := s.store.Ping(ctx); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		_, err := b.Lag(ctx, pipeline.TopicInteractions, pipeline.GroupPipeline)
		return err
	}
	s.door, err = a.newDoor(b, s.recordings, writer.Fail)
	return err
}

// settleEvery is how often the store forgets what can no longer change. What
// it has not forgotten makes every query slower.
const settleEvery = 10 * time.Minute

// settle takes rows that no longer count out of the store, every few minutes
// until ctx ends. Several processes may.
func (a *app) settle(ctx context.Context, s *service) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(settleEvery):
		}
		if _, err := s.store.Prune(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("rows that no longer count stay for now", "error", err)
		}
	}
}

// pruneRecordings takes recordings whose time is up out of the media store,
// soon after the start and then once a day, until ctx ends.
func (a *app) pruneRecordings(ctx context.Context, s *service) error {
	for wait := 10 * time.Minute; ; wait = 24 * time.Hour {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		n, err := s.recordings.Prune(ctx, time.Now())
		if n > 0 {
			a.log.Info("recordings deleted, muted copies stay", "recordings", n, "older_than", a.cfg.Media.Originals)
		}
		if err != nil && ctx.Err() == nil {
			a.log.Warn("recordings whose time is up stay for now", "error", err)
		}
	}
}

// logIngest logs what a watched folder brings.
func (a *app) logIngest() ingest.Observer {
	return ingest.Observer{
		Accepted: func(id models.ID, source string) { a.log.Info("accepted", "interaction", id, "source", source) },
		Refused:  func(err error) { a.log.Warn("refused", "error", err) },
	}
}

// printAddresses says where everything is.
func (a *app) printAddresses(s *service) {
	fmt.Fprintf(a.out, "Earshot is running. Ctrl-C stops it.\n\n")
	fmt.Fprintf(a.out, "  uploads            http://%s/v1/interactions\n", s.at.HTTP)
	fmt.Fprintf(a.out, "  Kafka              %v\n", s.brokers)
	if s.engine == nil {
		fmt.Fprintf(a.out, "  ClickHouse         %v\n", a.cfg.Warehouse.Addr)
	} else {
		e := s.engine.Endpoint()
		fmt.Fprintf(a.out, "  ClickHouse native  %s\n  ClickHouse HTTP    http://%s\n", e.Native, e.HTTP)
		fmt.Fprintf(a.out, "  analyst, read-only user %s, password %s, database %s\n", e.Analyst.User, e.Analyst.Password, a.cfg.Warehouse.Database)
		fmt.Fprintf(a.out, "    clickhouse-client --port %s --user %s --password %s --database %s\n", portOf(e.Native), e.Analyst.User, e.Analyst.Password, a.cfg.Warehouse.Database)
	}
	fmt.Fprintf(a.out, "  data               %s\n\n", a.cfg.Data)
}
