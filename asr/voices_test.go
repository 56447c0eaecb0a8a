package asr

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// printOf decodes a recording and takes its voiceprint.
func printOf(t *testing.T, path string) *voiceprint {
	t.Helper()
	return takePrint(soundOf(t, path))
}

// soundOf decodes a recording of one channel.
func soundOf(t *testing.T, path string) []float32 {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	info, s, err := open(f, stat.Size(), path, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(s)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	r := newResampler(info.Rate)
	return r.flush(r.write(all, nil))
}

// TestPartVoices makes conversations of 16 turns of two seconds out of clips
// of eight people, pair by pair, and parts them.
func TestPartVoices(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine computes")
	}
	dir, people := shared(t), map[string][]*voiceprint{}
	for name, pattern := range map[string]string{
		"asterisk": "phone/asterisk/*.wav", "hifitts": "en/hifitts6097/*.wav", "george": "phone/fsdd/*_george_*.wav",
		"jackson": "phone/fsdd/*_jackson_*.wav", "theo": "phone/fsdd/*_theo_*.wav", "nicolas": "phone/fsdd/*_nicolas_*.wav",
		"lucas": "phone/fsdd/*_lucas_*.wav", "yweweler": "phone/fsdd/*_yweweler_*.wav",
	} {
		clips, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(clips) == 0 {
			t.Skip("no clips", pattern, err)
		}
		for _, c := range clips[:min(len(clips), 30)] {
			people[name] = append(people[name], printOf(t, c))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	turn := func(clips []*voiceprint) *voiceprint {
		v := &voiceprint{}
		for v.n < 120 {
			v.add(clips[r.IntN(len(clips))])
		}
		return v
	}
	right, turns, split, alone, found, pairs := 0, 0, 0, 0, 0, 0
	names := slices.Sorted(maps.Keys(people))
	for i, a := range names {
		for _, b := range names[i:] {
			first, second := people[a], people[b]
			var prints []*voiceprint
			for range 8 {
				prints = append(prints, turn(first), turn(second))
			}
			voices, two := partVoices(prints)
			if a == b {
				alone++
				if two {
					split++
				}
				continue
			}
			pairs++
			if two {
				found++
			}
			for i, v := range voices {
				turns++
				if v == i%2 {
					right++
				}
			}
		}
	}
	t.Logf("%d of %d turns right, two voices found in %d of %d pairs, one voice split %d of %d times", right, turns, found, pairs, split, alone)
	if float64(right) < 0.95*float64(turns) || float64(found) < 0.9*float64(pairs) || split > 0 {
		t.Error("voices are confused")
	}
}

// TestOneVoiceStaysOne hears one person for longer and longer: 10 s to several
// minutes. Evidence for two groups grows with the length; the voice stays one.
func TestOneVoiceStaysOne(t *testing.T) {
	if testing.Short() {
		t.Skip("several minutes of speech")
	}
	dir := shared(t)
	for name, patterns := range map[string][]string{
		"English, prompts":    {"phone/asterisk/*.wav"},
		"English, read books": {"en/hifitts6097/*.wav"},
		"Chinese, read":       {"zh/azure_zh_train1.wav", "zh/azure_zh_train2.wav"},
	} {
		var prints []*voiceprint
		seconds := 0.0
		for _, pattern := range patterns {
			clips, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil || len(clips) == 0 {
				t.Skip("no clips", pattern, err)
			}
			for _, c := range clips {
				pcm := soundOf(t, c)
				seconds += float64(len(pcm)) / Rate
				for len(pcm) > 0 { // phrases of 2 s
					n := min(len(pcm), 2*Rate)
					prints = append(prints, takePrint(pcm[:n]))
					pcm = pcm[n:]
				}
			}
		}
		for n := 5; ; n *= 2 {
			n = min(n, len(prints))
			if _, two := partVoices(prints[:n]); two {
				t.Errorf("%s: one voice split after %d phrases", name, n)
			}
			if n == len(prints) {
				break
			}
		}
		t.Logf("%s: one voice over %.0f s in %d phrases", name, seconds, len(prints))
	}
}

// hum is speech-like sound of one pitch and one vocal tract.
func hum(seconds, pitchHz, formant float64, r *rand.Rand) []float32 {
	out := make([]float32, int(seconds*Rate))
	var y1, y2 float64
	k := 2 * math.Exp(-math.Pi*120/Rate) * math.Cos(2*math.Pi*formant/Rate)
	k2 := -math.Exp(-2 * math.Pi * 120 / Rate)
	phase := 0.0
	for i := range out {
		phase += pitchHz * (1 + 0.03*math.Sin(float64(i)/9000)) / Rate
		x := 0.01 * r.NormFloat64()
		if phase >= 1 {
			phase--
			x++
		}
		y := x + k*y1 + k2*y2
		y1, y2 = y, y1
		out[i] = float32(0.02 * y)
	}
	return out
}

func TestPartVoicesOfTwoHums(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var prints, same []*voiceprint
	for i := range 12 {
		low, high := hum(1.5, 110, 600, r), hum(1.5, 210, 900, r)
		same = append(same, takePrint(low))
		if i%3 == 0 {
			prints = append(prints, takePrint(high))
		} else {
			prints = append(prints, takePrint(low))
		}
	}
	voices, two := partVoices(prints)
	if !two {
		t.Fatal("two voices were taken for one")
	}
	for i, v := range voices {
		if want := min(i%3, 1); v != want {
			t.Errorf("turn %d: voice %d, want %d", i, v, want)
		}
	}
	if _, two := partVoices(same); two {
		t.Error("one voice was taken for two")
	}
	if _, two := partVoices(nil); two {
		t.Error("two voices in nothing")
	}
}

func TestPitch(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, hz := range []float64{85, 120, 180, 240, 330} {
		pcm := hum(0.2, hz, 700, r)
		if got := pitch(pcm[Rate/10:][:toneFrame]); math.Abs(got-hz) > 0.04*hz {
			t.Errorf("%g Hz heard as %.1f", hz, got)
		}
	}
	quiet := make([]float32, toneFrame)
	for i := range quiet {
		quiet[i] = float32(0.1 * r.NormFloat64())
	}
	if got := pitch(quiet); got != 0 {
		t.Errorf("noise has pitch %.1f", got)
	}
}
