// Package service holds the commands that run Earshot or a part of it, and those
// that send work in and look after what came of it.
package service

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
	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/ask"
	"earshot/cmd/earshot/config"
	"earshot/ingest"
	"earshot/ingest/media"
	"earshot/models"
	"earshot/pipeline"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// ServeCmd is `earshot serve`.
type ServeCmd struct {
	Watch []string `placeholder:"DIR" type:"existingdir" help:"Take in what comes into these folders, too."`
	app.LLMFlag
	Demo           bool `help:"Send the demo conversations in, and print what came of them."`
	StopWithParent bool `hidden:"" help:"End when the process that started this one ends."`
}

// Run serves until ctx ends. A part that fails for good ends all of it.
func (c ServeCmd) Run(ctx context.Context, a *app.App) (err error) {
	if err := c.Apply(a); err != nil {
		return err
	}
	if c.StopWithParent {
		if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0); err != nil {
			return fmt.Errorf("stop with parent: %w", err)
		}
	}
	lock, err := app.LockData(a.Config.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release(a.Config.Data)) }()

	s, err := startService(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()

	http, err := listen(ctx, a.Config.HTTP.Listen, config.Default().HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	s.at = app.Endpoint{PID: os.Getpid(), Started: time.Now().UTC(), HTTP: http.Addr().String(), Kafka: s.brokers}
	handler := routes(a.Config.HTTP.Token, s.door.Handler(), s.metrics, s.ready)

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveHTTP(ctx, http, handler, a.Log) })
	g.Go(func() error { return s.pipeline.Run(ctx) })
	g.Go(func() error { return settle(ctx, a, s) })
	g.Go(func() error { return pruneRecordings(ctx, a, s) })
	g.Go(func() error { return ask.PublishPacks(ctx, a) })
	g.Go(func() error { return watchBursts(ctx, a, s.store) })
	g.Go(func() error { return a.Shelf.Watch(ctx) })
	g.Go(func() error { return a.FollowLexicons(ctx, a.Detect, app.LexiconCheck) })
	if len(c.Watch) > 0 {
		g.Go(func() error { return ignoreCancel(s.door.Watch(ctx, c.Watch, a.Config.Data, logIngest(a))) })
	}
	if err := s.at.Write(a.Config.Data); err != nil {
		return err
	}
	printAddresses(a, s)
	if c.Demo {
		g.Go(func() error { return ignoreCancel(runDemo(ctx, a, s)) })
	}
	err = ignoreCancel(g.Wait())
	fmt.Fprintln(a.Out, "Earshot has stopped.")
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
	at         app.Endpoint
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
func startService(ctx context.Context, a *app.App) (_ *service, err error) {
	s := &service{metrics: prometheus.NewRegistry(), brokers: a.Config.Kafka.Brokers}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if len(s.brokers) == 0 {
		broker, err := startBroker(ctx, a)
		if err != nil {
			return nil, err
		}
		s.closers = append(s.closers, broker.Close)
		s.brokers = []string{broker.Addr()}
	}
	if err := openStore(ctx, a, s); err != nil {
		return nil, err
	}
	return s, startWork(ctx, a, s)
}

// startWork opens bus and recordings and builds the pipeline and the door on
// them and on the store.
func startWork(ctx context.Context, a *app.App, s *service) error {
	b, err := a.OpenBus(ctx, s.brokers, s.store)
	if err != nil {
		return err
	}
	s.bus = b
	s.closers = append(s.closers, b.Close)
	if s.recordings, err = media.Open(ctx, a.Config.Media); err != nil {
		return err
	}
	s.closers = append(s.closers, s.recordings.Close)
	steps, closeSteps, err := a.NewSteps(s.recordings)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, closeSteps)
	if err := a.Shelf.CheckLocks(ctx, s.store); err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	writer := s.store.Writer()
	s.closers = append(s.closers, writer.Close)
	if s.pipeline, err = pipeline.New(a.Config.Pipeline, b, steps, writer, s.metrics, a.Log); err != nil {
		return err
	}
	mask, err := a.NewRedact()
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
	s.door, err = newDoor(a, b, s.recordings, writer.Fail)
	return err
}

// settleEvery is how often the store forgets what can no longer change. What
// it has not forgotten makes every query slower.
const settleEvery = 10 * time.Minute

// settle takes rows that no longer count out of the store, every few minutes
// until ctx ends. Several processes may.
func settle(ctx context.Context, a *app.App, s *service) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(settleEvery):
		}
		if _, err := s.store.Prune(ctx); err != nil && ctx.Err() == nil {
			a.Log.Warn("rows that no longer count stay for now", "error", err)
		}
	}
}

// pruneRecordings takes recordings whose time is up out of the media store,
// soon after the start and then once a day, until ctx ends.
func pruneRecordings(ctx context.Context, a *app.App, s *service) error {
	for wait := 10 * time.Minute; ; wait = 24 * time.Hour {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		n, err := s.recordings.Prune(ctx, time.Now())
		if n > 0 {
			a.Log.Info("recordings deleted, muted copies stay", "recordings", n, "older_than", a.Config.Media.Originals)
		}
		if err != nil && ctx.Err() == nil {
			a.Log.Warn("recordings whose time is up stay for now", "error", err)
		}
	}
}

// logIngest logs what a watched folder brings.
func logIngest(a *app.App) ingest.Observer {
	return ingest.Observer{
		Accepted: func(id models.ID, source string) { a.Log.Info("accepted", "interaction", id, "source", source) },
		Refused:  func(err error) { a.Log.Warn("refused", "error", err) },
	}
}

// printAddresses says where everything is.
func printAddresses(a *app.App, s *service) {
	fmt.Fprintf(a.Out, "Earshot is running. Ctrl-C stops it.\n\n")
	fmt.Fprintf(a.Out, "  uploads            http://%s/v1/interactions\n", s.at.HTTP)
	fmt.Fprintf(a.Out, "  Kafka              %v\n", s.brokers)
	if s.engine == nil {
		fmt.Fprintf(a.Out, "  ClickHouse         %v\n", a.Config.Warehouse.Addr)
	} else {
		e := s.engine.Endpoint()
		fmt.Fprintf(a.Out, "  ClickHouse native  %s\n  ClickHouse HTTP    http://%s\n", e.Native, e.HTTP)
		fmt.Fprintf(a.Out, "  analyst, read-only user %s, password %s, database %s\n", e.Analyst.User, e.Analyst.Password, a.Config.Warehouse.Database)
		fmt.Fprintf(a.Out, "    clickhouse-client --port %s --user %s --password %s --database %s\n", portOf(e.Native), e.Analyst.User, e.Analyst.Password, a.Config.Warehouse.Database)
	}
	fmt.Fprintf(a.Out, "  data               %s\n\n", a.Config.Data)
}
