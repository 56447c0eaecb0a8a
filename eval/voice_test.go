package eval

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

const testRate = 16000

// buzz is a pulse train of a pitch, as voices are, with a formant.
func buzz(hz, seconds float64) []float32 {
	out := make([]float32, int(seconds*testRate))
	period := testRate / hz
	for i := range out {
		since := math.Mod(float64(i), period) / testRate
		out[i] = float32(0.1 * math.Exp(-since*300) * math.Sin(2*math.Pi*700*since))
	}
	return out
}

// pulses counts the periods of a second by the best lag of the autocorrelation.
func pulses(pcm []float32) float64 {
	best, at := 0.0, 1
	middle := pcm[len(pcm)/4 : 3*len(pcm)/4]
	for lag := testRate / 400; lag < testRate/70; lag++ {
		sum := 0.0
		for i := lag; i < len(middle); i++ {
			sum += float64(middle[i]) * float64(middle[i-lag])
		}
		if sum > best*1.02 {
			best, at = sum, lag
		}
	}
	return testRate / float64(at)
}

func TestVoiceChange(t *testing.T) {
	pcm := buzz(120, 2)
	for name, c := range map[string]struct {
		change              VoiceChange
		hz, seconds, louder float64
	}{
		"nothing": {VoiceChange{}, 120, 2, 0},
		"higher":  {VoiceChange{Higher: 4}, 120 * math.Pow(2, 4.0/12), 2, 0},
		"lower":   {VoiceChange{Higher: -3}, 120 * math.Pow(2, -3.0/12), 2, 0},
		"faster":  {VoiceChange{Faster: 1.25}, 120, 1.6, 0},
		"slower":  {VoiceChange{Faster: 0.8}, 120, 2.5, 0},
		"effort":  {VoiceChange{Effort: 8}, 120, 2, 8},
		"closer":  {VoiceChange{Closer: 6}, 120, 2, 6},
		"gain":    {VoiceChange{Gain: -5}, 120, 2, -5},
		"at once": {VoiceChange{Effort: 8, Higher: 3, Faster: 1.2}, 120 * math.Pow(2, 3.0/12), 2 / 1.2, 8},
	} {
		got := c.change.Apply(pcm, testRate)
		if hz := pulses(got); math.Abs(hz/c.hz-1) > 0.03 {
			t.Errorf("%s: %.1f Hz, want %.1f", name, hz, c.hz)
		}
		if s := float64(len(got)) / testRate; math.Abs(s-c.seconds) > 0.02 {
			t.Errorf("%s: %.2f s, want %.2f", name, s, c.seconds)
		}
		if dB := power(got) - power(pcm); math.Abs(dB-c.louder) > 1 {
			t.Errorf("%s: %.1f dB louder, want %.1f", name, dB, c.louder)
		}
	}
}

// A raised voice gains more treble than a line that is only louder.
func TestEffortTilts(t *testing.T) {
	high := make([]float32, testRate)
	for i := range high {
		high[i] = float32(0.05 * (math.Sin(2*math.Pi*200*float64(i)/testRate) + math.Sin(2*math.Pi*3000*float64(i)/testRate)))
	}
	at := func(pcm []float32, hz float64) float64 {
		var re, im float64
		for i, x := range pcm {
			re += float64(x) * math.Cos(2*math.Pi*hz*float64(i)/testRate)
			im += float64(x) * math.Sin(2*math.Pi*hz*float64(i)/testRate)
		}
		return 10 * math.Log10(re*re+im*im)
	}
	got := VoiceChange{Effort: 8}.Apply(high, testRate)
	if tilt := at(got, 3000) - at(got, 200) - at(high, 3000) + at(high, 200); math.Abs(tilt-8*effortTilt) > 0.5 {
		t.Errorf("treble gained %.1f dB more, want %.1f", tilt, 8*effortTilt)
	}
	near := VoiceChange{Closer: 8}.Apply(high, testRate)
	if tilt := at(near, 200) - at(near, 3000) - at(high, 200) + at(high, 3000); tilt < 1 {
		t.Errorf("a near microphone: bass gained %.1f dB more", tilt)
	}
}

func TestMakeVoiceCalls(t *testing.T) {
	a, b := MakeVoiceCalls(12, 200, 1), MakeVoiceCalls(12, 200, 1)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed made other calls")
	}
	n, aroused := 0, 0
	for _, c := range a {
		for i, turn := range c.Turns {
			if turn.Clip < 0 || turn.Clip >= 12 || turn.Aroused && i < calmTurns {
				t.Fatalf("turn %d: %+v", i, turn)
			}
			n++
			if turn.Aroused {
				aroused++
			}
		}
	}
	if share := float64(aroused) / float64(n); share < 0.07 || share > 0.15 {
		t.Errorf("%.3f of the turns are aroused", share)
	}
}

func TestReliable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var honest, boastful []Claim
	var rows [][]float64
	var truths []bool
	for range 20000 {
		x := r.NormFloat64()
		p := 1 / (1 + math.Exp(1-2*x))
		is := r.Float64() < p
		honest = append(honest, Claim{p, is})
		boastful = append(boastful, Claim{math.Sqrt(p), is})
		rows, truths = append(rows, []float64{x}), append(truths, is)
	}
	good, bad := Reliable(honest, 10), Reliable(boastful, 10)
	if good.ECE > 0.015 || bad.ECE < 0.1 || good.Brier > bad.Brier || math.Abs(good.AUC-bad.AUC) > 1e-9 {
		t.Errorf("honest %+v, boastful %+v", good, bad)
	}
	if w := FitLogistic(rows, truths); math.Abs(w[0]+1) > 0.08 || math.Abs(w[1]-2) > 0.1 {
		t.Errorf("fitted %v, want -1 and 2", w)
	}
	if none := Reliable(nil, 10); none.N != 0 || none.Brier != 0 {
		t.Errorf("of nothing: %+v", none)
	}
}
