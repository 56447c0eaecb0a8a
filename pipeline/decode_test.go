package pipeline

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"earshot/bus"
	"earshot/models"
)

// Whatever bytes come, workers and ledger get an identity to count them under.
func FuzzDecode(f *testing.F) {
	good, err := json.Marshal(chat("call-1"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(good), "", "{}", "null", "[]", `{"id":"a","channel":"sms","started":"2026-01-02T03:04:05Z","transcript":{"turns":[]}}`, `{"id":"\ud800"}`, "{\"id\":1e999}"} {
		f.Add([]byte(seed), int64(3))
	}
	f.Fuzz(func(t *testing.T, value []byte, offset int64) {
		m := bus.Message{Topic: TopicInteractions, Partition: 1, Offset: max(offset, 0), Value: value}
		in, who, err := decode(m)
		if verr := who.id.Validate(); verr != nil {
			t.Fatalf("identity %q: %v", who.id, verr)
		}
		if who.revision == 0 || who.source == "" {
			t.Fatalf("identity %+v", who)
		}
		switch {
		case err != nil && !errors.Is(err, models.ErrBadInput):
			t.Fatalf("%v is no bad input", err)
		case err == nil && (in.Validate() != nil || in.ID != who.id || in.Channel != who.channel || in.Schema != 1):
			t.Fatalf("let through: %+v as %+v", in, who)
		case err == nil && len(in.Findings)+len(in.Verdicts)+len(in.Scorecards)+len(in.Trace) > 0:
			t.Fatalf("kept a publisher's claims: %s", value)
		}
	})
}

func TestRevision(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	if got, want := revision(bus.Message{Time: at, Offset: 7}), models.NewRevision(at, 7); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	first, second := revision(bus.Message{Offset: 0}), revision(bus.Message{Offset: 1})
	if first == 0 || first >= second {
		t.Errorf("without a time: got %d and %d, want the order of the log, and not 0", first, second)
	}
}

func TestClip(t *testing.T) {
	for text, want := range map[string]string{"abc": "abc", "abcdef": "abcd…", "退款退款": "退…"} {
		if got := clip(text, 4); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
