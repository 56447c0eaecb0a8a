package asr

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"earshot/models"
)

// stumbler doubts what it hears in long windows. Short ones it hears as surely
// as short says.
type stumbler struct {
	*fakeEngine
	short float64
}

func (s *stumbler) Recognize(ctx context.Context, w Window) (Heard, error) {
	h, err := s.fakeEngine.Recognize(ctx, w)
	if err != nil || len(w.PCM) <= shortWindow {
		for i := range h.Segments {
			h.Segments[i].Words[0].Confidence = s.short
		}
		return h, err
	}
	h.Flaw = "repetition"
	return h, nil
}

// heardBy runs the step with a recogniser of its own on one customer's tones, and
// returns the turns, what they say, and what it took.
func heardBy(t *testing.T, r Recognizer, voice *fakeEngine, seconds float64, tones ...toneAt) (turns []models.Turn, said string, effort Effort) {
	t.Helper()
	s := shelf{}
	cfg := Default()
	cfg.Spool, cfg.Script, cfg.Parallel = t.TempDir(), "", 1
	step, err := New(cfg, Engine{Recognizer: r, Voice: voice}, s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{Media: s.put(callOf(seconds, 1, tones...))}
	in.Media.Roles = []models.Party{models.Customer}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, turn := range in.Transcript.Turns {
		text = append(text, turn.Text)
	}
	return in.Transcript.Turns, strings.Join(text, " "), step.Effort()
}

func TestFlawedWindowsAreHeardAgain(t *testing.T) {
	tones := []toneAt{{0, 1, 4, 300}, {0, 5, 8, 400}, {0, 9, 12, 500}}
	for name, c := range map[string]struct {
		short float64 // confidence of the second hearing; the first has 0.9
		want  float64
	}{
		"surer":     {0.95, 0.95},
		"less sure": {0.3, 0.9}, // and no more of it: the first one stands
		"as sure":   {0.9, 0.9},
	} {
		e := &stumbler{&fakeEngine{}, c.short}
		turns, said, effort := heardBy(t, e, e.fakeEngine, 14, tones...)
		for _, turn := range turns {
			if got := turn.Confidence; got < c.want-0.01 || got > c.want+0.01 {
				t.Errorf("%s: %q with confidence %g, want %g", name, turn.Text, got, c.want)
			}
		}
		if said != "300 400 500" {
			t.Errorf("%s: %q", name, said)
		}
		if effort.Windows != 1 || effort.Redone != 1 || effort.Encoded < 3 || effort.Speech < 9 || effort.Speech > 12 || effort.Untold != 0 {
			t.Errorf("%s: %+v", name, effort)
		}
	}
}

// jumper jumps over the second stretch of long windows, and hears nothing in
// short ones if it is deaf.
type jumper struct {
	*fakeEngine
	deaf bool
}

func (j jumper) Recognize(ctx context.Context, w Window) (Heard, error) {
	h, err := j.fakeEngine.Recognize(ctx, w)
	switch {
	case len(w.PCM) > shortWindow:
		h.Segments = slices.Delete(h.Segments, 1, 2)
	case j.deaf:
		h.Segments = nil
	}
	return h, err
}

// hear runs the step on five stretches of speech in one window, the second of 3 s.
func (j jumper) hear(t *testing.T) (said string, effort Effort) {
	t.Helper()
	_, said, effort = heardBy(t, j, j.fakeEngine, 24, toneAt{0, 1, 3, 300}, toneAt{0, 5, 8, 400}, toneAt{0, 10, 12, 500}, toneAt{0, 14, 16, 600}, toneAt{0, 18, 20, 700})
	return said, effort
}

// soonTired hears only the first stretch of windows longer than it can bear.
type soonTired struct {
	*fakeEngine
	bears int // samples of a window
}

func (s soonTired) Recognize(ctx context.Context, w Window) (Heard, error) {
	heard, err := s.fakeEngine.Recognize(ctx, w)
	if len(w.PCM) > s.bears {
		heard.Segments = heard.Segments[:1]
	}
	return heard, err
}

// TestALongGapIsHeardInOnePiece and, where that is jumped over as well, in short ones.
func TestALongGapIsHeardInOnePiece(t *testing.T) {
	var tones []toneAt
	for i := range 6 { // 22 s, of which the last 18 are jumped over
		tones = append(tones, toneAt{0, 1 + 4.2*float64(i), 4.2 + 4.2*float64(i), float64(300 + 100*i)})
	}
	for bears, windows := range map[int]int{20 * Rate: 2, 10 * Rate: 4} {
		e := &fakeEngine{}
		_, said, effort := heardBy(t, soonTired{e, bears}, e, 27, tones...)
		if said != "300 400 500 600 700 800" || len(e.windows) != windows || effort.Untold != 0 {
			t.Errorf("bears %d s: %q in %d windows, want %d, %+v", bears/Rate, said, len(e.windows), windows, effort)
		}
	}
}

func TestWhatStaysUntoldIsCounted(t *testing.T) {
	if said, effort := (jumper{&fakeEngine{}, true}).hear(t); effort.Untold != 1 {
		t.Errorf("%q, %+v", said, effort)
	}
}

func TestOnlyWhatWasSkippedIsHeardAgain(t *testing.T) {
	e := &fakeEngine{}
	said, effort := jumper{e, false}.hear(t)
	if said != "300 400 500 600 700" || effort.Untold != 0 {
		t.Errorf("heard %q, %+v", said, effort)
	}
	if n := len(e.windows); n != 2 || len(e.windows[1].PCM) > 7*Rate {
		t.Errorf("%d windows, the last of %.1f s", n, float64(len(e.windows[n-1].PCM))/Rate)
	}
}
