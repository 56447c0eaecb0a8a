package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"earshot/models"
)

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

// Several pipelines share the work; one that leaves in the midst of it costs
// nothing.
func TestTwoPipelinesShare(t *testing.T) { onBoth(t, testTwoPipelinesShare) }

func testTwoPipelinesShare(w *world) {
	t := w.t
	var by [2]atomic.Int64
	step := func(i int) Step {
		return script{"work", func(ctx context.Context, _ *models.Interaction) error {
			by[i].Add(1)
			select {
			case <-time.After(10 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
	}
	w.cfg.Workers = 2
	stop := w.start(nil, step(0))
	w.start(nil, step(1))
	// On a busy machine the second takes its time to get its share.
	n := 0
	for patience := time.Now().Add(30 * time.Second); n < 300 || (by[0].Load() < 10 || by[1].Load() == 0) && time.Now().Before(patience); n++ {
		w.send(chat(fmt.Sprintf("call-%d", n)))
	}
	stop()
	if stored, failed := w.settle(n); stored != n || failed != 0 {
		t.Errorf("stored %d, failed %d", stored, failed)
	}
	if by[1].Load() == 0 {
		t.Error("the second pipeline did nothing")
	}
	t.Logf("%d records, %d and %d runs of the step", n, by[0].Load(), by[1].Load())
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
