package whispercpp

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"earshot/asr"
	"earshot/models/weights"
)

const workerEnv = "EARSHOT_TEST_SPEECH_WORKER"

func TestMain(m *testing.M) {
	if marks := os.Getenv(stubEnv); marks != "" {
		stub(marks)
		return
	}
	if os.Getenv(workerEnv) != "" {
		if err := Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func newTestPool(t testing.TB, change func(*Config)) *Pool {
	t.Helper()
	for _, name := range []string{"base", "silero"} {
		if _, err := weights.Path(name); err != nil {
			t.Skip(err)
		}
	}
	cfg := Default()
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg, []string{"env", workerEnv + "=1", os.Args[0]}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// sample returns eleven seconds of speech from whisper.cpp's own tree.
func sample(t testing.TB) []float32 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(weights.CacheDir(), "whisper.cpp-1.9.1", "bindings", "go", "samples", "jfk.wav"))
	if err != nil {
		t.Skip(err)
	}
	b = b[44:]
	pcm := make([]float32, len(b)/2)
	for i := range pcm {
		pcm[i] = float32(int16(uint16(b[2*i])|uint16(b[2*i+1])<<8)) / 32768
	}
	return pcm
}

func window(pcm []float32) asr.Window {
	return asr.Window{PCM: pcm, Speech: []asr.Span{{From: 0, To: len(pcm)}}, Languages: []string{"zh", "en"}}
}

func text(h asr.Heard) string {
	var b strings.Builder
	for _, s := range h.Segments {
		b.WriteString(s.Text())
	}
	return strings.TrimSpace(b.String())
}

const jfk = "And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country."

func TestRecognize(t *testing.T) {
	p := newTestPool(t, nil)
	heard, err := p.Recognize(t.Context(), window(sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	if text(heard) != jfk {
		t.Errorf("heard %q", text(heard))
	}
	if heard.Language != "en" || heard.Sure < 0.9 || heard.Encoded != 1 || heard.Flaw != "" || heard.NoSpeech > 0.3 {
		t.Errorf("heard %+v", heard)
	}
}

// A window is heard alike whatever was heard before it.
func TestNothingIsLeftOfTheWindowBefore(t *testing.T) {
	p := newTestPool(t, func(c *Config) { c.Workers = 1 })
	pcm := sample(t)
	long := slices.Concat(pcm, pcm, pcm[:4*asr.Rate])
	hear := func(pcm []float32) asr.Heard {
		heard, err := p.Recognize(t.Context(), window(pcm))
		if err != nil {
			t.Fatal(err)
		}
		return heard
	}
	first := hear(long)
	hear(pcm)
	if again := hear(long); !reflect.DeepEqual(first, again) {
		t.Errorf("at first %+v, then %+v", first, again)
	}
}

func TestVoice(t *testing.T) {
	p := newTestPool(t, nil)
	pcm := append(make([]float32, 3*asr.Rate), sample(t)...)
	voice, err := p.Voice(t.Context(), pcm)
	if err != nil {
		t.Fatal(err)
	}
	spoken, early := 0, 0
	for i, v := range voice {
		if v < 0.5 {
			continue
		}
		spoken++
		if i*asr.VoiceFrame < 3*asr.Rate {
			early++
		}
	}
	if seconds := float64(spoken*asr.VoiceFrame) / asr.Rate; seconds < 6 || seconds > 10 || early > 0 {
		t.Errorf("%.1f s of speech in 11, %d frames of it in silence", seconds, early)
	}
}

func TestSilenceSaysNothing(t *testing.T) {
	p := newTestPool(t, nil)
	voice, err := p.Voice(t.Context(), make([]float32, 20*asr.Rate))
	if err != nil {
		t.Fatal(err)
	}
	if v := slices.Max(voice); v > 0.3 {
		t.Errorf("voice probability %.2f in silence", v)
	}
}
