package asr

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/models"
)

// shelf is a media store of a few recordings.
type shelf map[string][]byte

func (s shelf) Open(_ context.Context, sum string) (io.ReadCloser, error) {
	b, ok := s[sum]
	if !ok {
		return nil, errors.New("not on the shelf")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (s shelf) put(b []byte) *models.Media {
	sum := sha256.Sum256(b)
	key := hex.EncodeToString(sum[:])
	s[key] = b
	return &models.Media{SHA256: key, Name: "call.wav"}
}

// fakeEngine hears speech wherever it is loud, and in every stretch one word:
// the pitch of its tone, so that tests see what was cut from where.
type fakeEngine struct {
	asked    atomic.Int32
	fail     func(n int32) error
	language func(word string) string
	text     func(word string) string
	sure     float64 // confidence of words; 0: 0.9
	mu       sync.Mutex
	windows  []Window
}

func (f *fakeEngine) engine() Engine {
	return Engine{Recognizer: f, Voice: f, By: []models.By{{Name: "fake", Version: "1"}}}
}

func (f *fakeEngine) Voice(_ context.Context, pcm []float32) ([]float32, error) {
	out := make([]float32, (len(pcm)+VoiceFrame-1)/VoiceFrame)
	for i := range out {
		frame := pcm[i*VoiceFrame : min(len(pcm), (i+1)*VoiceFrame)]
		e := 0.0
		for _, x := range frame {
			e += float64(x * x)
		}
		if out[i] = 0.02; e/float64(len(frame)) > 1e-4 {
			out[i] = 0.98
		}
	}
	return out, nil
}

func (f *fakeEngine) Recognize(_ context.Context, w Window) (Heard, error) {
	n := f.asked.Add(1)
	f.mu.Lock()
	f.windows = append(f.windows, w)
	f.mu.Unlock()
	if f.fail != nil {
		if err := f.fail(n); err != nil {
			return Heard{}, err
		}
	}
	h := Heard{Language: "en", Sure: 1, Encoded: 1}
	for _, s := range w.Speech {
		word := fmt.Sprintf(" %d", int(math.Round(crossings(w.PCM[s.From:s.To])/50)*50))
		if f.language != nil {
			h.Language = f.language(word)
		}
		if f.text != nil {
			word = f.text(word)
		}
		h.Segments = append(h.Segments, Segment{From: s.From, To: s.To, Words: []Word{{Text: word, Confidence: cmp.Or(f.sure, 0.9)}}})
	}
	return h, nil
}

// crossings is the frequency of the loud part of a tone.
func crossings(pcm []float32) float64 {
	from, to := -1, 0
	for i, x := range pcm {
		if math.Abs(float64(x)) > 0.05 {
			if from < 0 {
				from = i
			}
			to = i
		}
	}
	n := 0
	for i := from + 1; i < to; i++ {
		if (pcm[i-1] < 0) != (pcm[i] < 0) {
			n++
		}
	}
	return float64(n) / 2 * Rate / float64(to-from)
}

// tonesAt makes 16-bit samples of n seconds at 8 kHz, in which each channel
// carries wobbling tones from second to second.
type toneAt struct {
	channel  int
	from, to float64
	hz       float64
}

func callOf(seconds float64, channels int, tones ...toneAt) []byte {
	const rate = 8000
	b := make([]byte, 2*channels*int(seconds*rate))
	for _, t := range tones {
		for i := int(t.from * rate); i < int(t.to*rate); i++ {
			s := float64(i) / rate
			// The wobble keeps it from passing for a signal tone.
			v := 8000 * math.Sin(2*math.Pi*t.hz*s+3*math.Sin(2*math.Pi*5*s))
			le.PutUint16(b[2*(i*channels+t.channel):], uint16(int16(v)))
		}
	}
	return wavFile{code: wavPCM, channels: channels, rate: rate, bits: 16, data: b}.bytes()
}

func newStep(t *testing.T, f *fakeEngine, s shelf, change func(*Config)) *Step {
	t.Helper()
	cfg := Default()
	cfg.Cache, cfg.Spool, cfg.Script = t.TempDir(), t.TempDir(), ""
	if change != nil {
		change(&cfg)
	}
	step, err := New(cfg, f.engine(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return step
}

func hearCall(t *testing.T, step *Step, media *models.Media) *models.Transcript {
	t.Helper()
	in := &models.Interaction{ID: "c", Channel: models.Phone, Started: time.Now(), Media: media}
	by, err := step.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(by) != 1 || by[0].Name != "fake" {
		t.Errorf("by %+v", by)
	}
	if err := in.Transcript.Validate(); err != nil {
		t.Error(err)
	}
	for i := range in.Transcript.Turns {
		if err := in.Transcript.QuoteTurn(i).Check(in.Transcript); err != nil {
			t.Error(err)
		}
	}
	return in.Transcript
}

// lines writes a transcript's turns, to the tenth of a second.
func lines(t *models.Transcript) string {
	var out []string
	for _, x := range t.Turns {
		out = append(out, fmt.Sprintf("%s %.1f-%.1f %s", x.Party, x.Start.Seconds(), x.End.Seconds(), x.Text))
	}
	return strings.Join(out, "\n")
}
