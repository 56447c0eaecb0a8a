package pipeline

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"earshot/bus"
	"earshot/models"
)

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
