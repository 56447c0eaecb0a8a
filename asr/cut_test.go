package asr

import (
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

func encodes(t *testing.T, args []string) bool {
	t.Helper()
	return exec.CommandContext(t.Context(), "ffmpeg", args...).Run() == nil
}

func cutter() *Step { return &Step{cfg: Default()} }

// frames builds voice probabilities from a drawing: # is speech, ~ is the
// weak end of speech, . is silence; each stands for 160 ms.
func frames(drawing string) []float32 {
	var out []float32
	for _, c := range drawing {
		p := map[rune]float32{'#': 0.95, '~': 0.4, '.': 0.02}[c]
		out = append(out, p, p, p, p, p)
	}
	return out
}

func TestStretches(t *testing.T) {
	const unit = 5 * VoiceFrame
	for drawing, want := range map[string][]Span{
		"":            nil,
		"......":      nil,
		"..####..":    {{2*unit - padding, 6*unit + padding}},
		"..##~~..":    {{2*unit - padding, 6*unit + padding}}, // speech fades out above the lower limit
		"..~~~~..":    nil,
		"####":        {{0, 4 * unit}},
		"###.###":     {{0, 7 * unit}}, // the paddings meet
		"###....####": {{0, 3*unit + padding}, {7*unit - padding, 11 * unit}},
	} {
		voice := frames(drawing)
		got, _ := cutter().stretches(voice, len(voice)*VoiceFrame)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", drawing, got, want)
		}
	}
}

func TestSkipped(t *testing.T) {
	speech := []Span{{0, 100}, {150, 300}}
	for _, c := range []struct {
		segments []Segment
		want     int
	}{
		{nil, 250}, // the silence between does not end it
		{[]Segment{{From: 0, To: 100}, {From: 150, To: 300}}, 0},
		{[]Segment{{From: 0, To: 90}, {From: 200, To: 300}}, 60},
		{[]Segment{{From: 50, To: 250}}, 50},
		{[]Segment{{From: 0, To: 50}, {From: 60, To: 300}}, 10},
	} {
		if got := skipped(speech, c.segments); got != c.want {
			t.Errorf("%v: %d, want %d", c.segments, got, c.want)
		}
	}
}

func TestSkippedInsideASegment(t *testing.T) {
	speech := []Span{{0, 10 * Rate}}
	words := func(texts ...string) []Segment {
		g := Segment{From: 0, To: 10 * Rate}
		for _, text := range texts {
			g.Words = append(g.Words, Word{Text: text})
		}
		return []Segment{g}
	}
	if got := skipped(speech, words("孙", "赵")); got <= maxSkipped {
		t.Errorf("two characters in 10 s: %d samples skipped", got)
	}
	if got := skipped(speech, words(strings.Fields("M I S D N four five six seven eight nine ten eleven twelve thirteen")...)); got > maxSkipped {
		t.Errorf("a word every 0.7 s: %d samples skipped", got)
	}
}

// TestWordsStayOutOfSilences places words of a window whose speech has a
// long pause in the recording.
func TestWordsStayOutOfSilences(t *testing.T) {
	voice := frames("######" + strings.Repeat(".", 100) + "######")
	n := len(voice) * VoiceFrame
	speech, _ := cutter().stretches(voice, n)
	w := pack(0, speech, nil, windowMax, 0)[0]
	words := []Word{{Text: " one"}, {Text: " two"}, {Text: " three"}, {Text: " four"}, {Text: " five"}}
	got := place(w, Segment{From: 0, To: w.n, Words: words}, voice)
	last := models.Millis(0)
	for _, x := range got {
		if x.Start < last || x.End < x.Start {
			t.Errorf("%q at %d–%d, after %d", x.Text, x.Start, x.End, last)
		}
		if last = x.End; x.End-x.Start > 1000 {
			t.Errorf("%q takes %d ms: it lies over the silence", x.Text, x.End-x.Start)
		}
	}
	if got[0].Start > 100 || got[4].End < toMillis(n)-300 {
		t.Errorf("words from %d to %d, want all the speech of %d", got[0].Start, got[4].End, toMillis(n))
	}
}

func TestResampler(t *testing.T) {
	for _, rate := range []int{6000, 8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000} {
		in := make([]float32, rate)
		for i := range in {
			in[i] = float32(0.5 * math.Sin(2*math.Pi*1000*float64(i)/float64(rate)))
		}
		r := newResampler(rate)
		var out []float32
		for from := 0; from < len(in); from += 777 { // in odd portions
			out = r.write(in[from:min(len(in), from+777)], out)
		}
		out = r.flush(out)
		if d := len(out) - Rate; d < -2 || d > 2 {
			t.Errorf("%d Hz: %d samples for a second", rate, len(out))
		}
		worst := 0.0
		for i := Rate / 10; i < Rate-Rate/10; i++ {
			want := 0.5 * math.Sin(2*math.Pi*1000*float64(i)/Rate)
			worst = math.Max(worst, math.Abs(float64(out[i])-want))
		}
		if worst > 0.002 {
			t.Errorf("%d Hz: off by %g", rate, worst)
		}
		if rate <= Rate {
			continue
		}
		for i := range in { // above the new band: must vanish, not fold back
			in[i] = float32(0.5 * math.Sin(2*math.Pi*9500*float64(i)/float64(rate)))
		}
		r = newResampler(rate)
		loudest := float32(0)
		for _, x := range r.write(in, nil)[Rate/10 : Rate-Rate/10] {
			loudest = max(loudest, x, -x)
		}
		if loudest > 0.001 {
			t.Errorf("%d Hz: 9.5 kHz folds back at %g", rate, loudest)
		}
	}
}

func TestScript(t *testing.T) {
	s, err := NewScript("simplified")
	if err != nil {
		t.Skip(err)
	}
	for in, want := range map[string]string{"我要退貨，髮型很難看": "我要退货，发型很难看", "頭髮 and hair": "头发 and hair", "": ""} {
		if got := s.Convert(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	words := s.words([]timedWord{{Word: Word{Text: "頭"}}, {Word: Word{Text: "髮，"}}, {Word: Word{Text: " OK"}}})
	if words[0].Text != "头" || words[1].Text != "发，" || words[2].Text != " OK" {
		t.Errorf("words %+v", words)
	}
	s, err = NewScript("traditional")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Convert("发财和头发，后面"); got != "發財和頭髮，後面" {
		t.Errorf("got %q", got)
	}
}

func TestGhosts(t *testing.T) {
	say := func(text string, voice, confidence float64) phrase {
		return phrase{Voice: voice, Words: []timedWord{{Word: Word{Text: text, Confidence: confidence}}}}
	}
	for _, c := range []struct {
		p     phrase
		ghost bool
	}{
		{say("Thank you.", 0.97, 0.9), false}, // people say it
		{say("Thanks for watching!", 0.6, 0.9), true},
		{say("谢谢观看。", 0.5, 0.9), true},
		{say("我要退款", 0.65, 0.9), false},
		{say("我要退款", 0.55, 0.3), true},
		{say("...", 0.99, 0.9), true},
	} {
		if got := isGhost(c.p); got != c.ghost {
			t.Errorf("%q at voice %.2f: ghost %t", c.p.Words[0].Text, c.p.Voice, got)
		}
	}
}

func TestWiden(t *testing.T) {
	for in, want := range map[string]string{"你好,": "你好，", "OK,": "OK,", "3.5": "3.5", "吗?": "吗？"} {
		if got := widen(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestConfig(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"languages":       func(c *Config) { c.Languages = nil },
		"script":          func(c *Config) { c.Script = "cursive" },
		"roles":           func(c *Config) { c.Roles = []models.Party{"boss"} },
		"voice_threshold": func(c *Config) { c.VoiceThreshold = 1.2 },
		"max_length":      func(c *Config) { c.MaxLength = 0 },
		"max_bytes":       func(c *Config) { c.MaxBytes = 0 },
		"pause":           func(c *Config) { c.Pause = 0 },
		"cache_bytes":     func(c *Config) { c.CacheBytes = 0 },
		"cache_age":       func(c *Config) { c.CacheAge = time.Minute },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// signalTrack writes samples to a track.
func signalTrack(t *testing.T, pcm []float32) *track {
	t.Helper()
	tr, err := newTrack(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.close(); err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
	})
	if err := tr.add(pcm); err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestEvents(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	tones := func(seconds float64, hz ...float64) []float32 {
		out := make([]float32, int(seconds*Rate))
		for i := range out {
			for _, f := range hz {
				out[i] += float32(0.2 * math.Sin(2*math.Pi*f*float64(i)/Rate))
			}
		}
		return out
	}
	white := func(seconds float64) []float32 {
		out := make([]float32, int(seconds*Rate))
		for i := range out {
			out[i] = float32(0.05 * r.NormFloat64())
		}
		return out
	}
	chord := func(seconds float64) []float32 { // changes every half second
		var out []float32
		for i := range int(seconds * 2) {
			base := 220 * math.Pow(2, float64(i%5)/12)
			out = append(out, tones(0.5, base, 1.26*base, 1.5*base, 2*base, 3*base)...)
		}
		return out
	}
	silence := func(seconds float64) []float32 { return make([]float32, int(seconds*Rate)) }
	join := slices.Concat[[]float32]
	for name, c := range map[string]struct {
		pcm  []float32
		want []string
	}{
		"ring in China": {join(tones(1, 450), silence(4), tones(1, 450), silence(4)), []string{ringing}},
		"ring in US":    {join(silence(1), tones(2, 440, 480), silence(4), tones(2, 440, 480)), []string{ringing}},
		"keys":          {join(tones(0.1, 697, 1209), silence(0.1), tones(0.1, 941, 1477), silence(1)), []string{beeping}},
		"beep":          {join(silence(1), tones(0.5, 1400), silence(1)), []string{beeping}},
		"music":         {join(silence(1), chord(12), silence(1)), []string{music}},
		"noise":         {join(silence(1), white(8), silence(1)), []string{noise}},
		"speech":        {join(hum(3, 120, 600, r), silence(1)), nil},
		"silence":       {silence(10), nil},
	} {
		voice := make([]float32, len(c.pcm)/VoiceFrame+1)
		events, err := cutter().listenForEvents(signalTrack(t, c.pcm), voice)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range events {
			got = append(got, e.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %v", name, events, c.want)
		}
	}
}

func TestSignalTonesAreNoVoice(t *testing.T) {
	pcm := make([]float32, 2*Rate)
	for i := range pcm {
		pcm[i] = float32(0.3 * math.Sin(2*math.Pi*450*float64(i)/Rate))
	}
	voice := make([]float32, len(pcm)/VoiceFrame)
	for i := range voice {
		voice[i] = 0.7 // a detector that is fooled
	}
	if _, err := cutter().listenForEvents(signalTrack(t, pcm), voice); err != nil {
		t.Fatal(err)
	}
	if speech, _ := cutter().stretches(voice, len(pcm)); len(speech) != 0 {
		t.Errorf("speech in a ring tone: %v", speech)
	}
}
