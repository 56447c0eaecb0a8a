package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

func TestStepsRunInOrderAndAreTraced(t *testing.T) {
	w := newWorld(t)
	w.start(nil,
		script{"one", func(_ context.Context, in *models.Interaction) error {
			in.Findings = append(in.Findings, models.Finding{Kind: "a.b"})
			return nil
		}},
		script{"two", func(_ context.Context, in *models.Interaction) error {
			if len(in.Findings) != 1 {
				return models.BadInput("%d findings", len(in.Findings))
			}
			return nil
		}})
	forged := chat("call-1")
	forged.Findings = []models.Finding{{Kind: "forged.finding"}}
	forged.Scorecards = []models.Scorecard{{Name: "forged", Score: 100}}
	w.send(forged)
	if stored, failed := w.settle(1); stored != 1 || failed != 0 {
		t.Fatalf("stored %d, failed %d: %s", stored, failed, w.store.failure("call-1").Reason)
	}
	in := w.store.result("call-1")
	if len(in.Trace) != 2 || in.Trace[0].Step != "one" || in.Trace[1].Step != "two" || in.Trace[1].By[0].Name != "two" || in.Trace[0].Started.IsZero() {
		t.Errorf("trace %+v", in.Trace)
	}
	if len(in.Scorecards) != 0 || in.Findings[0].Kind != "a.b" {
		t.Errorf("a publisher's claims were kept: %+v %+v", in.Findings, in.Scorecards)
	}
	a := w.store.accepted["call-1"]
	for r, note := range a {
		if note.Channel != models.WeChat || !note.Started.Equal(forged.Started) || !strings.HasPrefix(note.Source, TopicInteractions) || w.store.results["call-1"][r] == nil {
			t.Errorf("accepted %+v", note)
		}
	}
}

func TestPoisonDoesNotBlock(t *testing.T) {
	w := newWorld(t)
	w.cfg.Topics.Partitions = 1
	good, _ := json.Marshal(chat("x"))
	poison := map[string]struct{ value, code, step, reason string }{
		"empty":     {"", CodeBadInput, stepDecode, "empty"},
		"text":      {"hello", CodeBadInput, stepDecode, "JSON"},
		"half":      {string(good[:len(good)/2]), CodeBadInput, stepDecode, "JSON"},
		"foreign":   {`{"user":"a","text":"b"}`, CodeBadInput, stepDecode, "unknown field"},
		"misspelt":  {strings.Replace(string(good), `"channel"`, `"chanel"`, 1), CodeBadInput, stepDecode, "chanel"},
		"two":       {string(good) + string(good), CodeBadInput, stepDecode, "follows"},
		"not-utf8":  {"{\"id\":\"\xff\"}", CodeBadInput, stepDecode, "UTF-8"},
		"array":     {"[]", CodeBadInput, stepDecode, "JSON"},
		"null":      {"null", CodeBadInput, stepDecode, "id"},
		"long-line": {`{"id":"` + strings.Repeat("a", 900_000) + `"}`, CodeBadInput, stepDecode, "id"},
	}
	w.start(nil, script{"nlp", func(_ context.Context, in *models.Interaction) error {
		switch {
		case strings.HasPrefix(string(in.ID), "bad"):
			return models.BadInput("no speech in it")
		case strings.HasPrefix(string(in.ID), "panic"):
			var none *models.Transcript
			none.Turns = nil
		case strings.HasPrefix(string(in.ID), "broken"):
			return errors.New("no route to model")
		case strings.HasPrefix(string(in.ID), "coded"):
			return fmt.Errorf("asr: %w", &timeout{time.Second})
		}
		return nil
	}})
	for key, p := range poison {
		w.sendRaw(key, p.value)
	}
	nameless := chat("named")
	nameless.Started = time.Time{}
	w.send(nameless, chat("bad-1"), chat("panic-1"), chat("broken-1"), chat("coded-1"))
	for i := range 20 {
		w.send(chat(fmt.Sprintf("good-%d", i)))
	}
	total := len(poison) + 5 + 20
	if stored, failed := w.settle(total); stored != 20 || failed != total-20 {
		t.Errorf("stored %d, failed %d", stored, failed)
	}
	dead := w.dead()
	if len(dead) != total-20 {
		t.Errorf("%d dead letters, want %d", len(dead), total-20)
	}
	bySource := map[string]models.Dead{}
	for _, d := range dead {
		bySource[d.Source] = d
	}
	for key, p := range poison {
		d := bySource[key+".json:1"]
		if d.Code != p.code || d.Step != p.step || !strings.Contains(d.Reason, p.reason) || string(d.Record) != p.value || d.Channel != "" || !strings.HasPrefix(string(d.ID), "unreadable:") {
			t.Errorf("%s: got id %s channel %q step %s code %s reason %.200s", key, d.ID, d.Channel, d.Step, d.Code, d.Reason)
		}
		if a := w.store.accepted[d.ID][d.Revision]; a.ID != d.ID || a.Channel != "" || a.Source != d.Source {
			t.Errorf("%s: accepted as %+v", key, a)
		}
	}
	for id, want := range map[models.ID]struct {
		code     string
		attempts int
	}{"bad-1": {CodeBadInput, 1}, "panic-1": {CodeCrashed, 3}, "broken-1": {CodeFailed, 3}, "coded-1": {CodeTimedOut, 3}, "named": {CodeBadInput, 1}} {
		if d := w.store.failure(id); d.Code != want.code || d.Attempts != want.attempts || d.Channel != models.WeChat {
			t.Errorf("%s: got %+v", id, d)
		}
	}
}

// Restarts at random moments, hard ones among them, lose nothing and leave one
// result for each record.
func TestRestartsLoseNothing(t *testing.T) { onBoth(t, testRestartsLoseNothing) }

func testRestartsLoseNothing(w *world) {
	t := w.t
	const n = 400
	var runs atomic.Int64
	step := script{"work", func(ctx context.Context, in *models.Interaction) error {
		runs.Add(1)
		select {
		case <-time.After(time.Duration(rand.IntN(8)) * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
		in.Findings = append(in.Findings, models.Finding{Kind: "word.threat"})
		return nil
	}}
	w.store.setFault(func(string) error {
		if rand.IntN(10) == 0 {
			return errors.New("scripted")
		}
		return nil
	})
	var feed sync.WaitGroup
	feed.Go(func() {
		for i := range n {
			w.send(chat(fmt.Sprintf("call-%d", i)))
		}
	})
	for i := range 6 {
		w.cfg.StopGrace = time.Duration(i%2) * time.Second // 0: in flight is abandoned
		stop := w.start(nil, step)
		time.Sleep(time.Duration(50+rand.IntN(250)) * time.Millisecond)
		stop()
	}
	feed.Wait()
	w.start(nil, step)
	stored, failed := w.settle(n)
	if stored != n || failed != 0 {
		t.Errorf("stored %d, failed %d, want %d and 0", stored, failed, n)
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	for id, revisions := range w.store.results {
		if len(revisions) != 1 {
			t.Errorf("%s has %d revisions", id, len(revisions))
		}
		for _, in := range revisions {
			if len(in.Findings) != 1 {
				t.Errorf("%s: %d findings", id, len(in.Findings))
			}
		}
	}
	t.Logf("%d records, %d runs of the step", n, runs.Load())
}

// A store that is away holds the work up, bounded, and costs no record.
func TestStoreOutage(t *testing.T) { onBoth(t, testStoreOutage) }

func testStoreOutage(w *world) {
	t := w.t
	var away atomic.Bool
	away.Store(true)
	w.store.setFault(func(call string) error {
		if away.Load() {
			if call == "store" && rand.IntN(2) == 0 {
				panic("driver bug") // nor does this
			}
			return errors.New("connection refused")
		}
		return nil
	})
	var running, peak atomic.Int64
	w.cfg.StopGrace = 0 // a stop in the outage abandons what is in flight
	stop := w.start(nil, script{"count", func(context.Context, *models.Interaction) error {
		peak.Store(max(peak.Load(), running.Add(1)))
		return nil
	}})
	for i := range 50 {
		w.send(chat(fmt.Sprintf("call-%d", i)))
	}
	time.Sleep(700 * time.Millisecond)
	if n := running.Load(); n > int64(w.cfg.Workers) {
		t.Errorf("%d interactions taken while none could be stored, want at most %d", n, w.cfg.Workers)
	}
	if accepted, stored, failed, _ := w.store.counts(); accepted+stored+failed != 0 {
		t.Errorf("accepted %d, stored %d, failed %d while the store was away", accepted, stored, failed)
	}
	stop()
	w.cfg.StopGrace = time.Second
	w.start(nil, finds("nlp"))
	away.Store(false)
	if stored, failed := w.settle(50); stored != 50 || failed != 0 {
		t.Errorf("stored %d, failed %d", stored, failed)
	}
	if dead := w.dead(); len(dead) != 0 {
		t.Errorf("%d dead letters for the store's sake: %+v", len(dead), dead[0])
	}
}

func TestStoreRefusesInput(t *testing.T) {
	w := newWorld(t)
	w.store.setFault(func(call string) error {
		if call == "store" {
			return models.BadInput("text with a NUL")
		}
		return nil
	})
	w.start(nil, finds("nlp"))
	w.send(chat("call-1"))
	w.settle(1)
	if d := w.store.failure("call-1"); d.Step != stepStore || d.Code != CodeBadInput {
		t.Errorf("got %+v", d)
	}
}

func TestSlowStep(t *testing.T) {
	w := newWorld(t)
	w.cfg.StepTimeout, w.cfg.StepTimeouts = time.Minute, map[string]time.Duration{"asr": 30 * time.Millisecond}
	var tries atomic.Int64
	w.start(nil, script{"asr", func(ctx context.Context, in *models.Interaction) error {
		in.Findings = append(in.Findings, models.Finding{Kind: "left.behind"})
		switch {
		case in.ID == "slow", in.ID == "once" && tries.Add(1) == 1:
			<-ctx.Done()
			return fmt.Errorf("listening: %w", ctx.Err())
		}
		return nil
	}})
	w.send(chat("slow"), chat("once"), chat("quick"))
	if stored, failed := w.settle(3); stored != 2 || failed != 1 {
		t.Fatalf("stored %d, failed %d", stored, failed)
	}
	if d := w.store.failure("slow"); d.Code != CodeTimedOut || !strings.Contains(d.Reason, "30ms") || d.Attempts != 3 {
		t.Errorf("got %+v", d)
	}
	in := w.store.result("once")
	if len(in.Findings) != 1 {
		t.Errorf("a failed attempt left its section behind: %+v", in.Findings)
	}
	if len(in.Trace) != 2 || in.Trace[0].Error == "" || in.Trace[1].Error != "" {
		t.Errorf("trace %+v", in.Trace)
	}
}

func TestStopFinishesWhatIsInFlight(t *testing.T) {
	w := newWorld(t)
	begun := make(chan struct{}, 10)
	stop := w.start(nil, script{"asr", func(ctx context.Context, _ *models.Interaction) error {
		begun <- struct{}{}
		select {
		case <-time.After(300 * time.Millisecond):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}})
	w.send(chat("call-1"))
	<-begun
	stop()
	if w.store.result("call-1") == nil {
		t.Error("the interaction in flight was not finished")
	}
	// It was let go, too: nothing comes again.
	if lag, err := w.bus.Lag(t.Context(), TopicInteractions, GroupPipeline); err != nil || lag != 0 {
		t.Errorf("lag %d, %v", lag, err)
	}
}

func TestReplay(t *testing.T) { onBoth(t, testReplay) }

func testReplay(w *world) {
	t := w.t
	var mended atomic.Bool
	step := script{"nlp", func(_ context.Context, in *models.Interaction) error {
		if !mended.Load() && strings.HasPrefix(string(in.ID), "sick") {
			return models.BadInput("lexicon is broken")
		}
		return nil
	}}
	w.start(nil, step)
	w.send(chat("sick-1"), chat("sick-2"), chat("well"))
	w.sendRaw("sick-raw", "garbage")
	w.settle(4)
	if err := PublishDead(t.Context(), w.bus, models.Dead{Step: "ingest", Code: "bad-audio", Source: "a.wav", At: time.Now(), Record: []byte("RIFF")}); err != nil {
		t.Fatal(err)
	}

	// Somebody else wrote to the topic.
	if err := w.bus.Publish(t.Context(), TopicDead, bus.Record{Key: "stranger", Value: []byte("hello")}); err != nil {
		t.Fatal(err)
	}

	// sick-2 has been sent again and is well: its old record must not come back.
	mended.Store(true)
	fresh := chat("sick-2")
	fresh.Queue = "newer"
	w.send(fresh)
	w.settle(5)
	got, err := Replay(t.Context(), w.bus, func(d models.Dead) bool { return d.Step == "nlp" })
	if err != nil {
		t.Fatal(err)
	}
	if want := (Replayed{Sent: 1, Superseded: 1, Without: 2, Filtered: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if stored, failed := w.settle(6); stored != 3 || failed != 3 {
		t.Errorf("stored %d, failed %d", stored, failed)
	}
	if w.store.result("sick-1") == nil || w.store.result("sick-2").Queue != "newer" {
		t.Error("replay did not mend, or undid what is newer")
	}
	// Again, all of it: only the garbage goes round once more.
	if got, err = Replay(t.Context(), w.bus, func(models.Dead) bool { return true }); err != nil || got.Sent != 1 || got.Superseded != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	w.settle(7)
	var raws []models.Dead
	for _, d := range w.dead() {
		if string(d.Record) == "garbage" {
			raws = append(raws, d)
		}
	}
	if len(raws) != 2 || raws[1].Source != "sick-raw.json:1" || raws[0].Revision == raws[1].Revision {
		t.Errorf("got %+v: a replayed record keeps its headers and gets a new revision", raws)
	}
}

func TestDeadTooLargeToKeep(t *testing.T) {
	w := newWorld(t)
	w.start(nil, finds("nlp"))
	fits := strings.Repeat("x", 1_000_000)
	w.sendRaw("a", fits)
	w.settle(1)
	if d := w.dead(); len(d) != 1 || string(d[0].Record) != fits || d[0].Truncated {
		t.Errorf("a record of the largest size was not kept whole")
	}
	if err := PublishDead(t.Context(), w.bus, models.Dead{Step: "ingest", At: time.Now(), Record: make([]byte, 3<<20)}); err != nil {
		t.Fatal(err)
	}
	all := w.dead()
	if !slices.ContainsFunc(all, func(d models.Dead) bool { return d.Truncated && len(d.Record) == 0 && d.Step == "ingest" }) {
		t.Error("what is too large to keep must be kept without its record")
	}
}

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	reg := prometheus.NewRegistry()
	stop := w.start(reg, finds("nlp"))
	w.send(chat("call-1"), chat("call-2"))
	w.sendRaw("raw", "{")
	w.settle(3)
	stop()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := f.GetName()
			for _, l := range m.Label {
				name += "/" + l.GetValue()
			}
			got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	for name, want := range map[string]float64{
		"earshot_pipeline_accepted_total":              3,
		"earshot_pipeline_stored_total":                2,
		"earshot_pipeline_dead_total/bad-input/decode": 1,
		"earshot_pipeline_step_seconds/nlp":            2,
		"earshot_pipeline_in_flight":                   0,
		"earshot_pipeline_lag/earshot-pipeline":        got["earshot_pipeline_lag/earshot-pipeline"],
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s: got %v, %t, want %v", name, v, ok, want)
		}
	}
	if _, err := New(w.cfg, w.bus, nil, w.store, reg, w.log); err == nil {
		t.Error("a second pipeline on one registry: accepted")
	}
}

func TestNewRefusesBadSteps(t *testing.T) {
	for _, names := range [][]string{{"a", "a"}, {""}, {"decode"}, {"store"}} {
		var steps []Step
		for _, n := range names {
			steps = append(steps, finds(n))
		}
		if _, err := New(Default(), nil, steps, newMemory(), nil, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("steps %q: accepted", names)
		}
	}
}
