package asr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

func TestStereoCall(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(40, 2, toneAt{0, 1, 3, 300}, toneAt{1, 3.5, 5, 600}, toneAt{0, 20, 21, 350}, toneAt{1, 20.5, 22, 650}, toneAt{0, 21.6, 23, 400}))
	step := newStep(t, f, s, nil)
	tr := hearCall(t, step, media)
	want := `customer 1.0-3.0 300
agent 3.5-5.0 600
customer 20.0-23.0 350 400
agent 20.5-22.0 650`
	if got := near(lines(tr), want); got != want {
		t.Errorf("got\n%s\nwant\n%s", lines(tr), want)
	}
	if tr.Grade != models.GradeStereo || tr.Length != 40000 || tr.Language != "en" || len(tr.Notes) != 0 {
		t.Errorf("grade %s, length %d, language %s, notes %q", tr.Grade, tr.Length, tr.Language, tr.Notes)
	}
	if n := f.asked.Load(); n != 2 {
		t.Errorf("%d windows for two channels of a few seconds of speech", n)
	}
	for _, w := range f.windows {
		if len(w.PCM) > 8*Rate {
			t.Errorf("a window of %.1f s: silence was not cut", float64(len(w.PCM))/Rate)
		}
	}
	tone := tr.Turns[0].Tone
	if tone == nil || math.Abs(tone.Loudness+15.3) > 1 || tone.Pace != 30 {
		t.Errorf("tone %+v, want about -15 dB and 30 words a minute", tone)
	}
}

// near returns want if got differs from it only in times, by up to 0.2 s.
func near(got, want string) string {
	g, w := strings.Fields(got), strings.Fields(want)
	if len(g) != len(w) {
		return got
	}
	for i := range g {
		var a, b, c, d float64
		if g[i] == w[i] {
			continue
		}
		if n, _ := fmt.Sscanf(g[i]+" "+w[i], "%f-%f %f-%f", &a, &b, &c, &d); n != 4 || math.Abs(a-c) > 0.2 || math.Abs(b-d) > 0.2 {
			return got
		}
	}
	return want
}

func TestRolesAndEmptyChannel(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}))
	media.Roles = []models.Party{models.Agent, models.Customer}
	tr := hearCall(t, newStep(t, f, s, nil), media)
	if len(tr.Turns) != 1 || tr.Turns[0].Party != models.Agent {
		t.Errorf("turns %s, want the agent's", lines(tr))
	}
	if len(tr.Notes) != 1 || !strings.Contains(tr.Notes[0], "channel 2 (customer)") {
		t.Errorf("notes %q, want that the customer is not heard", tr.Notes)
	}
}

// TestOneChannelForBoth has both parties on the first channel, and nothing on
// the second, as recorders leave that are wired wrongly.
func TestOneChannelForBoth(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	r := rand.New(rand.NewPCG(7, 7))
	var pcm []byte
	add := func(seconds, pitch, formant float64) {
		for _, x := range hum(seconds, pitch, formant, r) {
			pcm = le.AppendUint16(le.AppendUint16(pcm, uint16(int16(60000*x))), 0)
		}
		pcm = append(pcm, make([]byte, 4*Rate)...) // a second of silence
	}
	for range 6 {
		add(2, 110, 600)
		add(2, 210, 900)
	}
	media := s.put(wavFile{code: wavPCM, channels: 2, rate: Rate, bits: 16, data: pcm}.bytes())
	tr := hearCall(t, newStep(t, f, s, nil), media)
	if tr.Grade != models.GradeMono || len(tr.Notes) != 2 || !strings.Contains(tr.Notes[0], "channel 2") || !strings.Contains(tr.Notes[1], "two voices") {
		t.Errorf("grade %s, notes %q", tr.Grade, tr.Notes)
	}
	if len(tr.Turns) != 12 {
		t.Fatalf("turns\n%s", lines(tr))
	}
	for i, turn := range tr.Turns {
		if turn.Party != tr.Turns[i%2].Party || turn.Party == tr.Turns[(i+1)%2].Party || turn.Party == models.Unknown {
			t.Errorf("turn %d is the %s's", i, turn.Party)
		}
	}
}

func TestMixedChannels(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}, toneAt{1, 5, 7, 500}))
	tr := hearCall(t, newStep(t, f, s, func(c *Config) { c.Mix = true }), media)
	if tr.Grade != models.GradeMono || len(tr.Turns) != 2 || tr.Turns[0].Party != tr.Turns[1].Party {
		t.Errorf("grade %s, turns\n%s", tr.Grade, lines(tr))
	}
}

func TestFakeStereo(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 2, toneAt{0, 1, 3, 300}, toneAt{1, 1, 3, 300}, toneAt{0, 5, 7, 500}, toneAt{1, 5, 7, 500}))
	tr := hearCall(t, newStep(t, f, s, nil), media)
	if tr.Grade != models.GradeMono || len(tr.Notes) == 0 || !strings.Contains(tr.Notes[0], "fake stereo") {
		t.Errorf("grade %s, notes %q", tr.Grade, tr.Notes)
	}
	if len(tr.Turns) != 2 {
		t.Errorf("turns %s, want each word once", lines(tr))
	}
}

func TestMonoNamesItsMethod(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	media := s.put(callOf(10, 1, toneAt{0, 1, 3, 300}))
	step := newStep(t, f, s, nil)
	tr := hearCall(t, step, media)
	if tr.Grade != models.GradeMono || len(tr.Notes) != 1 || !strings.Contains(tr.Notes[0], "not told apart") || tr.Turns[0].Party != models.Unknown {
		t.Errorf("grade %s, notes %q, turns %s", tr.Grade, tr.Notes, lines(tr))
	}
	media.Roles = []models.Party{models.Customer}
	if tr := hearCall(t, step, media); tr.Turns[0].Party != models.Customer {
		t.Errorf("turns %s, want the customer's, as the recording says", lines(tr))
	}
}

func TestBadAndMissingMedia(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	step := newStep(t, f, s, func(c *Config) { c.MaxLength = 5 * time.Second; c.MaxBytes = 300_000 })
	for name, c := range map[string]struct {
		media *models.Media
		bad   bool
		want  string
	}{
		"not there": {&models.Media{SHA256: strings.Repeat("a", 64)}, false, "not on the shelf"},
		"text":      {s.put([]byte("this is a letter and no recording at all")), true, "call.wav: the file is text"},
		"too long":  {s.put(callOf(6, 1)), true, "max_length"},
		"too large": {s.put(callOf(4, 8)), true, "max_bytes"},
		"other":     {func() *models.Media { m := s.put(callOf(1, 1)); s[m.SHA256] = callOf(2, 1); return m }(), false, "other bytes"},
	} {
		_, err := step.Run(t.Context(), &models.Interaction{Media: c.media})
		if err == nil || errors.Is(err, models.ErrBadInput) != c.bad || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want bad input %t with %q", name, err, c.bad, c.want)
		}
	}
	left, err := os.ReadDir(step.cfg.Spool)
	if err != nil || len(left) != 0 {
		t.Errorf("%d files left in the spool, %v", len(left), err)
	}
}

func TestLeavesOthersAlone(t *testing.T) {
	step := newStep(t, &fakeEngine{}, shelf{}, nil)
	chat := &models.Interaction{Transcript: models.MustParse("C: hi")}
	if by, err := step.Run(t.Context(), chat); err != nil || by != nil || len(chat.Transcript.Turns) != 1 {
		t.Errorf("%v, %v", by, err)
	}
	if _, err := step.Run(t.Context(), &models.Interaction{}); err != nil {
		t.Error(err)
	}
}

func TestSkippedSpeechIsHeardAgain(t *testing.T) {
	s := shelf{}
	media := s.put(callOf(30, 1, toneAt{0, 1, 13, 300}, toneAt{0, 13.4, 26, 500}))
	f := &fakeEngine{}
	deaf := &halfDeaf{f}
	cfg := Default()
	cfg.Spool = t.TempDir()
	step, err := New(cfg, Engine{Recognizer: deaf, Voice: f}, s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{Media: media}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if text := lines(in.Transcript); !strings.Contains(text, "300") || !strings.Contains(text, "500") {
		t.Errorf("the words that a long window lost are still missing:\n%s", text)
	}
}

// halfDeaf loses all but the first stretch of long windows, as Whisper does.
type halfDeaf struct{ *fakeEngine }

func (d *halfDeaf) Recognize(ctx context.Context, w Window) (Heard, error) {
	h, err := d.fakeEngine.Recognize(ctx, w)
	if len(w.PCM) > 10*Rate {
		h.Segments = h.Segments[:1]
	}
	return h, err
}

func TestEchoOfThePromptIsDropped(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	f.language = func(string) string { return "zh" }
	f.text = func(string) string { return "以下是普通话的句子" }
	tr := hearCall(t, newStep(t, f, s, nil), s.put(callOf(10, 1, toneAt{0, 1, 3, 300})))
	if len(tr.Turns) != 0 {
		t.Errorf("turns %s", lines(tr))
	}
}

func TestMachinesAreNotParties(t *testing.T) {
	f, s := &fakeEngine{}, shelf{}
	f.text = func(word string) string {
		return map[string]string{" 300": " Your call may be recorded for quality purposes.", " 500": " Hello, I want a refund."}[word]
	}
	media := s.put(callOf(20, 2, toneAt{0, 1, 4, 300}, toneAt{0, 8, 10, 500}, toneAt{1, 12, 13, 500}))
	tr := hearCall(t, newStep(t, f, s, nil), media)
	if len(tr.Turns) != 3 || tr.Turns[0].Party != models.System || tr.Turns[1].Party != models.Customer {
		t.Errorf("turns\n%s", lines(tr))
	}
	if len(tr.Events) != 1 || tr.Events[0].Kind != prompts || tr.Events[0].Party != models.Customer {
		t.Errorf("events %+v", tr.Events)
	}
}

func TestDecodesThroughFFmpeg(t *testing.T) {
	if err := needsFFmpeg("flac"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	wav := filepath.Join(dir, "call.wav")
	if err := os.WriteFile(wav, callOf(3, 2, toneAt{0, 0.5, 1.5, 300}, toneAt{1, 2, 2.7, 600}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"call.flac", "call.mp3", "call.ogg", "call.opus", "call.m4a", "gsm.wav", "call.amr", "call.aac", "call.caf"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, name)
			args := []string{"-v", "error", "-y", "-i", wav}
			channels := 2
			switch name {
			case "gsm.wav":
				args, channels = append(args, "-ac", "1", "-c:a", "libgsm_ms"), 1
			case "call.amr":
				args, channels = append(args, "-ac", "1", "-c:a", "libopencore_amrnb"), 1
			}
			if !encodes(t, append(args, file)) {
				t.Skip("this ffmpeg cannot make such a file")
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, s := &fakeEngine{}, shelf{}
			tr := hearCall(t, newStep(t, f, s, nil), s.put(b))
			if channels == 2 && (len(tr.Turns) != 2 || tr.Turns[1].Party != models.Agent) || channels == 1 && tr.Grade != models.GradeMono {
				t.Errorf("turns\n%s", lines(tr))
			}
			if tr.Length < 2900 || tr.Length > 3200 {
				t.Errorf("length %s, want 3 s", tr.Length)
			}
			cut := s.put(b[:len(b)/2])
			if _, err := newStep(t, f, s, nil).Run(t.Context(), &models.Interaction{Media: cut}); err != nil && !errors.Is(err, models.ErrBadInput) {
				t.Errorf("half a file: %v, want bad input or what can be heard of it", err)
			}
		})
	}
}
