package asr

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"earshot/models"
)

// bilingual takes low tones for English and high ones for Chinese. Of a window
// that has both it writes all in the language it begins with, unsure of it, as
// Whisper does.
type bilingual struct {
	*fakeEngine
	probes int
}

func (b *bilingual) Recognize(ctx context.Context, w Window) (Heard, error) {
	languages := make([]string, len(w.Speech))
	mixed := false
	for i, s := range w.Speech {
		languages[i] = "en"
		if crossings(w.PCM[s.From:s.To]) > 450 {
			languages[i] = "zh"
		}
		mixed = mixed || languages[i] != languages[0]
	}
	if w.OnlyLanguage {
		b.probes++
		return Heard{Language: languages[0], Sure: 0.97, Encoded: 1}, nil
	}
	h, err := b.fakeEngine.Recognize(ctx, w)
	h.Language = languages[0]
	if mixed {
		h.Sure = 0.8
		for i := range h.Segments {
			h.Segments[i].Words[0].Text = " wrong"
		}
	}
	return h, err
}

func TestLanguageSwitchesAreFollowed(t *testing.T) {
	s := shelf{}
	for name, c := range map[string]struct {
		tones  []toneAt
		want   string
		probes int
	}{
		"two languages": {[]toneAt{{0, 1, 3, 300}, {0, 5, 7, 600}, {0, 9, 11, 650}, {0, 13, 15, 350}}, "en 300, zh 600, zh 650, en 350", 4},
		// Too short to tell a language by: what was heard at first stands.
		"a word in between":     {[]toneAt{{0, 1, 3, 300}, {0, 5, 5.25, 600}, {0, 9, 11, 300}}, "en wrong, en wrong, en wrong", 2},
		"one language, no cost": {[]toneAt{{0, 1, 3, 300}, {0, 5, 7, 350}, {0, 9, 11, 400}}, "en 300, en 350, en 400", 0},
	} {
		b := &bilingual{fakeEngine: &fakeEngine{}}
		cfg := Default()
		cfg.Spool, cfg.Script, cfg.Parallel = t.TempDir(), "", 1
		step, err := New(cfg, Engine{Recognizer: b, Voice: b.fakeEngine}, s, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		in := &models.Interaction{Media: s.put(callOf(20, 1, c.tones...))}
		in.Media.Roles = []models.Party{models.Customer}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, turn := range in.Transcript.Turns {
			got = append(got, turn.Language+" "+turn.Text)
		}
		if text := strings.Join(got, ", "); text != c.want || b.probes != c.probes {
			t.Errorf("%s: %s with %d probes, want %s with %d", name, text, b.probes, c.want, c.probes)
		}
	}
}

func TestSaysTwice(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "对对对对对对": false, "no no no no": false, "to extension, extension, I am sorry": false, "thank you for calling, how may I help you?": false,
		"如何使用每个选项卡。使用后续步骤中提供的链接了解如何使用每个选项卡。":                     false,
		"创建项目后。使用后续步骤中提供的链接了解如何使用每个选项卡。使用后续步骤中提供的链接了解如何使用每个选项卡。": true,
		"Please stay on the line. Please stay on the line.": true,
	} {
		if _, got := saysTwice(Heard{Segments: []Segment{{Words: []Word{{Text: text}}}}}); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// Where a window's language is sure, only what lies under the words said again
// is asked for its own.
func TestOnlyWhatIsSaidAgainIsSuspected(t *testing.T) {
	w := packed{pieces: []piece{{0, 0, 100}, {200, 110, 100}, {400, 220, 100}}, n: 320}
	say := func(from, to int, text string) Segment {
		return Segment{From: from, To: to, Words: []Word{{Text: text}}}
	}
	h := Heard{Sure: 1, Segments: []Segment{say(0, 100, "Please stay on the line."), say(110, 210, " Please stay on the line."), say(220, 320, " Goodbye.")}}
	if got, some := cutter().suspects(w, h, false); !some || !slices.Equal(got, []bool{false, true, false}) {
		t.Errorf("said twice: %v", got)
	}
	h.Segments = h.Segments[1:]
	if got, some := cutter().suspects(w, h, false); some {
		t.Errorf("nothing to suspect: %v", got)
	}
	h.Sure = 0.9
	if got, some := cutter().suspects(w, h, false); !some || !slices.Equal(got, []bool{true, true, true}) {
		t.Errorf("not sure: %v", got)
	}
}
