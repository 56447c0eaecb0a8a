package whispercpp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-audio/wav"

	"earshot/asr"
	"earshot/models"
)

const lineRate = 8000

// line is what one telephone line carries, 16 bits at 8 kHz, with its noise.
type line struct {
	pcm []float64
	on  []bool // where something sounds
}

// play adds tones for some seconds, together.
func (l *line) play(seconds float64, hz ...float64) *line {
	for i := range int(seconds * lineRate) {
		x := 0.0
		for _, f := range hz {
			x += 0.12 * math.Sin(2*math.Pi*f*float64(i)/lineRate)
		}
		l.pcm, l.on = append(l.pcm, x), append(l.on, len(hz) > 0)
	}
	return l
}

func (l *line) times(n int, cadence func()) *line {
	for range n {
		cadence()
	}
	return l
}

// Open implements asr.Media: every recording is this line.
func (l *line) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(l.bytes())), nil
}

func (l *line) bytes() []byte {
	var b []byte
	r := rand.New(rand.NewPCG(1, 1))
	for _, x := range l.pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(32767*(x+0.001*r.NormFloat64()))))
	}
	return b
}

// fileLine plays a recording of 8 kHz, or of 16 kHz at half of it.
func fileLine(t *testing.T, path string, from, to float64) *line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	buf, err := wav.NewDecoder(f).FullPCMBuffer()
	if err != nil {
		t.Fatal(err)
	}
	step := buf.Format.SampleRate / lineRate * buf.Format.NumChannels
	l := &line{}
	for i := int(from*lineRate) * step; i < len(buf.Data) && i < int(to*lineRate)*step; i += step {
		l.pcm, l.on = append(l.pcm, float64(buf.Data[i])/32768), append(l.on, true)
	}
	return l
}

// TestEventsOnTheLine measures what is made of signal tones, music and noise:
// the share of their sound that lies in an event of a right kind, and the words
// that were heard in them. Nobody speaks in any of it.
func TestEventsOnTheLine(t *testing.T) {
	if testing.Short() {
		t.Skip("several minutes of sound")
	}
	pool := newTestPool(t, nil)
	quiet := func() *line { return (&line{}).play(1) }
	ring := []string{"ringing"}
	tone := []string{"ringing", "beep"}
	scenes := map[string]struct {
		kinds []string
		line  *line
	}{}
	add := func(name string, kinds []string, build func(l *line)) {
		l := quiet()
		build(l)
		l.play(1)
		scenes[name] = struct {
			kinds []string
			line  *line
		}{kinds, l}
	}
	// Cadences of ITU-T E.180, supplement 2.
	add("ring, China", ring, func(l *line) { l.times(3, func() { l.play(1, 450).play(4) }) })
	add("ring, North America", ring, func(l *line) { l.times(3, func() { l.play(2, 440, 480).play(4) }) })
	add("ring, United Kingdom", ring, func(l *line) { l.times(4, func() { l.play(0.4, 400, 450).play(0.2).play(0.4, 400, 450).play(2) }) })
	add("ring, Europe", ring, func(l *line) { l.times(3, func() { l.play(1, 425).play(4) }) })
	add("busy, China", tone, func(l *line) { l.times(10, func() { l.play(0.35, 450).play(0.35) }) })
	add("busy, North America", tone, func(l *line) { l.times(8, func() { l.play(0.5, 480, 620).play(0.5) }) })
	add("dial tone, North America", tone, func(l *line) { l.play(6, 350, 440) })
	add("special information", tone, func(l *line) { l.times(2, func() { l.play(0.33, 950).play(0.33, 1400).play(0.33, 1800).play(1) }) })
	add("fax", tone, func(l *line) { l.times(4, func() { l.play(0.5, 1100).play(3) }) })
	add("recorder's beep", tone, func(l *line) { l.times(3, func() { l.play(0.4, 1400).play(5) }) })
	add("keys", []string{"beep"}, func(l *line) {
		for _, low := range []float64{697, 770, 852, 941} {
			for _, high := range []float64{1209, 1336, 1477, 1633} {
				l.play(0.1, low, high).play(0.12)
			}
		}
	})
	dir := os.Getenv("EARSHOT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	for _, f := range []struct {
		path   string
		length float64
	}{{"music/macroform-robot_dity.wav", 188}, {"music/manolo_camp-morning_coffee.wav", 73}, {"noise/noise2.wav", 5}, {"noise/noise4.wav", 17}} {
		path := filepath.Join(dir, "data", "audio", f.path)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		for from := 0.0; from < f.length; from += 60 {
			scenes[filepath.Base(path)+" from "+models.Millis(1000*from).String()] = struct {
				kinds []string
				line  *line
			}{[]string{"music", "noise"}, fileLine(t, path, from, from+60)}
		}
	}
	var names []string
	for name := range scenes {
		names = append(names, name)
	}
	slices.Sort(names)
	total, covered, words := 0.0, 0.0, 0
	for _, name := range names {
		s := scenes[name]
		sum := sha256.Sum256(s.line.bytes())
		cfg := asr.Default()
		cfg.Script, cfg.Spool = "", t.TempDir()
		step, err := asr.New(cfg, pool.Engine(), s.line, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		in := &models.Interaction{Media: &models.Media{SHA256: hex.EncodeToString(sum[:]), Format: "s16le:8000:1"}}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		sounding, marked, said := 0, 0, 0
		for i, on := range s.line.on {
			if !on {
				continue
			}
			sounding++
			at := models.Millis(i * 1000 / lineRate)
			if slices.ContainsFunc(in.Transcript.Events, func(e models.Event) bool {
				return at >= e.Start && at < e.End && slices.Contains(s.kinds, e.Kind)
			}) {
				marked++
			}
		}
		for _, turn := range in.Transcript.Turns {
			said += len(turn.Words)
			t.Logf("%s: heard %q", name, turn.Text)
		}
		t.Logf("%-45s %5.1f s sound, %3.0f %% of it marked, %d words", name, float64(sounding)/lineRate, 100*float64(marked)/float64(sounding), said)
		total, covered, words = total+float64(sounding)/lineRate, covered+float64(marked)/lineRate, words+said
	}
	t.Logf("all: %.0f s sound, %.1f %% of it marked, %d words", total, 100*covered/total, words)
	if covered < 0.9*total || words > 0 {
		t.Errorf("%.1f %% marked, %d words heard where nobody speaks", 100*covered/total, words)
	}
}
