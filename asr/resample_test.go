package asr

import (
	"math"
	"testing"
)

// response measures the resampler at one frequency: the gain in dB at the
// frequency it should come out at, and what else comes out, in dB below the
// input.
func response(rate int, hz float64) (gain, rest float64) {
	hz = math.Round(hz/5) * 5 // whole periods are measured
	in := make([]float32, rate)
	for i := range in {
		in[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	r := newResampler(rate)
	out := r.flush(r.write(in, nil))
	out = out[Rate/10 : Rate-Rate/10] // without the ends
	var sin, cos, total float64
	for i, x := range out {
		p := 2 * math.Pi * hz * float64(i) / Rate
		sin += float64(x) * math.Sin(p)
		cos += float64(x) * math.Cos(p)
		total += float64(x) * float64(x)
	}
	n := float64(len(out))
	a := 2 * math.Hypot(sin, cos) / n // amplitude of the tone itself
	other := max(total/n-a*a/2, 1e-16)
	if hz >= Rate/2 { // nothing of it belongs in the output
		return 10 * math.Log10(total/n*2/0.25), 10 * math.Log10(total/n*2/0.25)
	}
	return 20 * math.Log10(a/0.5), 10 * math.Log10(other*2/0.25)
}

// TestResamplerBands measures what the documentation claims: flat to 0.9 of the
// lower Nyquist frequency, images and aliases below −80 dB from 1.06 of it.
func TestResamplerBands(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine computes")
	}
	for _, rate := range []int{6000, 8000, 11025, 12000, 22050, 32000, 44100, 48000, 96000, 192000, 7919, 191999} {
		nyquist := float64(min(rate, Rate)) / 2
		worstGain, worstRest, worstStop := 0.0, -200.0, -200.0
		for _, part := range []float64{0.011, 0.05, 0.11, 0.23, 0.37, 0.51, 0.67, 0.79, 0.85, 0.9} {
			gain, rest := response(rate, part*nyquist)
			worstGain, worstRest = max(worstGain, math.Abs(gain)), max(worstRest, rest)
		}
		if rate > Rate {
			for _, part := range []float64{1.061, 1.1, 1.3, 1.7, 1.93} {
				if hz := part * nyquist; hz < float64(rate)/2 {
					_, rest := response(rate, hz)
					worstStop = max(worstStop, rest)
				}
			}
		}
		t.Logf("%6d Hz: pass band within %.4f dB, images at %.0f dB, aliases at %.0f dB", rate, worstGain, worstRest, worstStop)
		if worstGain > 0.05 || worstRest > -80 || worstStop > -80 {
			t.Errorf("%d Hz: pass band off by %.4f dB, images at %.1f dB, aliases at %.1f dB", rate, worstGain, worstRest, worstStop)
		}
	}
}
