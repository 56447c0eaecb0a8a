package asr

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"earshot/models"
)

// tails is a call of two parties, each with a long window and a short one.
var tails = []toneAt{{0, 1, 21, 300}, {1, 22, 41, 500}, {0, 42, 50, 350}, {1, 51, 61, 600}, {0, 62, 65, 400}}

// count makes a word enough for a long stretch of speech, without saying it again.
func count(word string) string {
	n, _ := strconv.Atoi(strings.TrimSpace(word))
	for i := range 9 {
		word += fmt.Sprintf(" %d", n+1+i)
	}
	return word
}

// doubter hears windows of several parties in its own way.
type doubter struct {
	*fakeEngine
	change func(w Window, h *Heard)
}

func (d doubter) Recognize(ctx context.Context, w Window) (Heard, error) {
	h, err := d.fakeEngine.Recognize(ctx, w)
	if len(h.Segments) == 3 {
		d.change(w, &h)
	}
	return h, err
}

func TestLastWindowsAreHeardTogether(t *testing.T) {
	const want = `customer 1.0-21.0 300
agent 22.0-41.0 500
customer 42.0-50.0 350
agent 51.0-61.0 600
customer 62.0-65.0 400`
	for name, c := range map[string]struct {
		languages []string
		change    func(w Window, h *Heard)
		want      string
		encoded   int
		short     bool // in short runs, too: windows that stand, that are all heard again, that some are
	}{
		"sure":             {want: want, encoded: 3, short: true},
		"one language":     {languages: []string{"en"}, want: want, encoded: 3},
		"another language": {change: func(_ Window, h *Heard) { h.Language = "zh" }, want: want, encoded: 5},
		"perhaps another":  {change: func(_ Window, h *Heard) { h.Sure = 0.9 }, want: want, encoded: 5},
		"flawed":           {change: func(_ Window, h *Heard) { h.Flaw = "repetition" }, want: want, encoded: 5, short: true},
		"nothing heard":    {change: func(_ Window, h *Heard) { h.Segments = nil }, want: want, encoded: 5},
		"a phrase of both": {change: func(_ Window, h *Heard) {
			h.Segments[1].To, h.Segments = h.Segments[2].To, h.Segments[:2]
		}, want: want, encoded: 5},
		"a ghost": {change: func(_ Window, h *Heard) {
			h.Segments[2].Words = []Word{{Text: " Thank you."}}
		}, want: want, encoded: 5},
		// Only what is missing is heard again, of the party that said it.
		"speech skipped": {change: func(_ Window, h *Heard) { h.Segments = slices.Delete(h.Segments, 0, 1) }, want: want, encoded: 4, short: true},
		// Timestamps are good to a quarter of a second or so.
		"stamped early": {change: func(_ Window, h *Heard) { h.Segments[2].From -= 2 * maxGap }, want: want, encoded: 3},
	} {
		for _, parallel := range []int{1, 4} {
			if testing.Short() && (!c.short || parallel == 1) {
				continue
			}
			s, e := shelf{}, &fakeEngine{text: count}
			cfg := Default()
			cfg.Cache, cfg.Spool, cfg.Script, cfg.Parallel = t.TempDir(), t.TempDir(), "", parallel
			if c.languages != nil {
				cfg.Languages = c.languages
			}
			if c.change == nil {
				c.change = func(Window, *Heard) {}
			}
			step, err := New(cfg, Engine{Recognizer: doubter{e, c.change}, Voice: e, By: e.engine().By}, s, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			tr := hearCall(t, step, s.put(callOf(66, 2, tails...)))
			for i := range tr.Turns {
				tr.Turns[i].Text, _, _ = strings.Cut(tr.Turns[i].Text, " ")
			}
			if got := near(lines(tr), c.want); got != c.want {
				t.Errorf("%s, %d at once:\n%s\nwant\n%s", name, parallel, got, c.want)
			}
			if effort := step.Effort(); effort.Encoded != c.encoded || effort.Windows != 3 {
				t.Errorf("%s, %d at once: %+v, want %d runs for 3 windows", name, parallel, effort, c.encoded)
			}
		}
	}
}

func TestPartiesOfTwoLanguagesAreHeardApart(t *testing.T) {
	s, f := shelf{}, &fakeEngine{text: count}
	f.language = func(word string) string {
		if word >= " 500" {
			return "zh"
		}
		return "en"
	}
	step := newStep(t, f, s, nil)
	tr := hearCall(t, step, s.put(callOf(66, 2, tails...)))
	for _, turn := range tr.Turns {
		if want := map[models.Party]string{models.Customer: "en", models.Agent: "zh"}[turn.Party]; turn.Language != want {
			t.Errorf("%s %s: language %s", turn.Party, turn.Text, turn.Language)
		}
	}
	if n := f.asked.Load(); n != 4 {
		t.Errorf("%d windows", n)
	}
}
