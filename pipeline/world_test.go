package pipeline

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"earshot/bus"
	"earshot/bus/embedded"
	"earshot/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store that keeps what it is given and does as it is told.
type memory struct {
	mu       sync.Mutex
	results  map[models.ID]map[models.Revision]*models.Interaction
	accepted map[models.ID]map[models.Revision]models.Accepted
	failed   map[models.ID]map[models.Revision]models.Dead
	calls    int
	busy     int // calls of Store going on
	peak     int

	fault func(call string) error // asked before each call; nil: never fails
}

func newMemory() *memory {
	return &memory{
		results:  map[models.ID]map[models.Revision]*models.Interaction{},
		accepted: map[models.ID]map[models.Revision]models.Accepted{},
		failed:   map[models.ID]map[models.Revision]models.Dead{},
	}
}

func put[V any](m map[models.ID]map[models.Revision]V, id models.ID, r models.Revision, v V) {
	if m[id] == nil {
		m[id] = map[models.Revision]V{}
	}
	m[id][r] = v
}

func (s *memory) enter(call string) error {
	s.mu.Lock()
	fault := s.fault
	s.calls++
	s.mu.Unlock()
	if fault == nil {
		return nil
	}
	return fault(call)
}

func (s *memory) Accept(_ context.Context, records []models.Accepted) error {
	if err := s.enter("accept"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range records {
		put(s.accepted, a.ID, a.Revision, a)
	}
	return nil
}

func (s *memory) Store(_ context.Context, in *models.Interaction, r models.Revision) error {
	s.mu.Lock()
	s.busy++
	s.peak = max(s.peak, s.busy)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.busy--
		s.mu.Unlock()
	}()
	if err := s.enter("store"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	put(s.results, in.ID, r, in)
	return nil
}

func (s *memory) Fail(_ context.Context, d models.Dead) error {
	if err := s.enter("fail"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	put(s.failed, d.ID, d.Revision, d)
	return nil
}

func (s *memory) setFault(f func(call string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// counts returns how many records were accepted, have a result, have a failure,
// and have neither.
func (s *memory) counts() (accepted, stored, failed, open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, revisions := range s.accepted {
		for r := range revisions {
			accepted++
			_, ok := s.results[id][r]
			_, bad := s.failed[id][r]
			switch {
			case ok:
				stored++
			case bad:
				failed++
			default:
				open++
			}
		}
	}
	return accepted, stored, failed, open
}

func (s *memory) result(id models.ID) *models.Interaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	var best models.Revision
	for r := range s.results[id] {
		best = max(best, r)
	}
	return s.results[id][best]
}

func (s *memory) failure(id models.ID) models.Dead {
	s.mu.Lock()
	defer s.mu.Unlock()
	var best models.Revision
	for r := range s.failed[id] {
		best = max(best, r)
	}
	return s.failed[id][best]
}

// script is a step that does what a function says.
type script struct {
	name string
	do   func(ctx context.Context, in *models.Interaction) error
}

func (s script) Name() string { return s.name }
func (s script) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	return []models.By{{Name: s.name, Version: "1"}}, s.do(ctx, in)
}

func finds(name string) Step {
	return script{name, func(_ context.Context, in *models.Interaction) error {
		in.Findings = append(in.Findings, models.Finding{Kind: "word.threat"})
		return nil
	}}
}

type world struct {
	t     *testing.T
	bus   *bus.Bus
	store *memory
	cfg   Config
	log   *slog.Logger
}

// newWorld returns a world on an embedded broker.
func newWorld(t *testing.T) *world {
	t.Helper()
	log := testLog(t)
	cfg := embedded.Default()
	cfg.Dir, cfg.Listen, cfg.Sync = t.TempDir(), "127.0.0.1:0", false
	broker, err := embedded.Start(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})
	return newWorldOn(t, broker.Addr(), log)
}

// onBoth runs a test on an embedded broker, and on the Kafka cluster that
// EARSHOT_KAFKA names, emptied for it.
func onBoth(t *testing.T, test func(*world)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(newWorld(t)) })
	t.Run("kafka", func(t *testing.T) {
		addr := os.Getenv("EARSHOT_KAFKA")
		switch {
		case addr == "none", addr == "" && os.Getenv("EARSHOT_REQUIRE_SERVICES") != "1":
			t.Skip("EARSHOT_KAFKA names no Kafka cluster to test against; deploy/kafka/test.sh starts one")
		case addr == "":
			t.Fatal("EARSHOT_KAFKA is not set: give the address that deploy/kafka/up.sh prints, or none to go without")
		}
		wipe(t, addr)
		test(newWorldOn(t, addr, testLog(t)))
	})
}

// wipe deletes the pipeline's topics and groups.
func wipe(t *testing.T, addr string) {
	t.Helper()
	admin, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	topics := kmsg.NewPtrDeleteTopicsRequest()
	topics.TimeoutMillis = 10_000
	for _, spec := range Default().TopicList(1 << 20) {
		name := spec.Name
		topic := kmsg.NewDeleteTopicsRequestTopic()
		topic.Topic = &name
		topics.TopicNames, topics.Topics = append(topics.TopicNames, name), append(topics.Topics, topic)
	}
	if _, err := topics.RequestWith(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	groups := kmsg.NewPtrDeleteGroupsRequest()
	groups.Groups = []string{GroupPipeline, GroupLedger}
	if _, err := groups.RequestWith(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
}

func testLog(t *testing.T) *slog.Logger {
	level := slog.LevelError + 1
	if os.Getenv("EARSHOT_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level}))
}

func newWorldOn(t *testing.T, addr string, log *slog.Logger) *world {
	t.Helper()
	bcfg := bus.Default()
	bcfg.Brokers, bcfg.MaxRecordBytes = []string{addr}, 1<<20
	b, err := bus.Open(t.Context(), bcfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := Default()
	cfg.RetryMin, cfg.RetryMax = time.Millisecond, 20*time.Millisecond
	cfg.Workers, cfg.LedgerWait, cfg.StopGrace = 4, 5*time.Millisecond, 5*time.Second
	if err := b.Ensure(t.Context(), cfg.TopicList(bcfg.MaxRecordBytes)...); err != nil {
		t.Fatal(err)
	}
	return &world{t: t, bus: b, store: newMemory(), cfg: cfg, log: log}
}

// start runs a pipeline until the returned function is called.
func (w *world) start(reg prometheus.Registerer, steps ...Step) (stop func()) {
	w.t.Helper()
	p, err := New(w.cfg, w.bus, steps, w.store, reg, w.log)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				w.t.Errorf("run: %v", err)
			}
		})
	}
	w.t.Cleanup(stop)
	return stop
}

func chat(id string) *models.Interaction {
	return &models.Interaction{
		Schema: 1, ID: models.ID(id), Channel: models.WeChat, Started: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Transcript: models.MustParse("C: 我要退款，不然我就曝光你们\nA: 非常抱歉，我马上为您处理"),
	}
}

func (w *world) send(ins ...*models.Interaction) {
	w.t.Helper()
	var records []bus.Record
	for _, in := range ins {
		value, err := json.Marshal(in)
		if err != nil {
			w.t.Fatal(err)
		}
		records = append(records, bus.Record{Key: string(in.ID), Value: value})
	}
	if err := w.bus.Publish(w.t.Context(), TopicInteractions, records...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) sendRaw(key, value string) {
	w.t.Helper()
	err := w.bus.Publish(w.t.Context(), TopicInteractions, bus.Record{Key: key, Value: []byte(value), Headers: map[string]string{HeaderSource: key + ".json:1"}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// settle waits until want records are accepted and none is open.
func (w *world) settle(want int) (stored, failed int) {
	w.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		accepted, stored, failed, open := w.store.counts()
		if accepted == want && open == 0 {
			return stored, failed
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("accepted %d of %d, stored %d, failed %d, open %d", accepted, want, stored, failed, open)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (w *world) dead() []models.Dead {
	w.t.Helper()
	var all []models.Dead
	if err := ScanDead(w.t.Context(), w.bus, func(d models.Dead) error { all = append(all, d); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return all
}
