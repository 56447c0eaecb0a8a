package eval

import "math"

// VoiceChange is how a spoken turn is made to sound otherwise than it was
// spoken. The zero value but for Faster, which is then 1, changes nothing.
type VoiceChange struct {
	Effort float64 // dB louder as by a raised voice, whose treble gains more than its bass
	Higher float64 // semitones
	Faster float64 // times as fast
	Gain   float64 // dB that the line adds
	Closer float64 // dB that a nearer microphone adds, below zero one further away
	Rise   float64 // semitones by which the end rises, as a question's does
}

const (
	effortKnee  = 1000.0 // Hz
	effortTilt  = 0.5    // dB more above the knee for each dB of effort (Nordenberg and Sundberg, 2004)
	nearKnee    = 300.0  // Hz: a near microphone gains bass
	nearTilt    = 0.3    // dB more below the knee for each dB nearer
	riseSeconds = 0.5
)

// Apply returns pcm, samples of one voice, changed. Pitch is moved by playing
// the voice faster and stretching it back, which moves its formants along.
func (c VoiceChange) Apply(pcm []float32, rate int) []float32 {
	out := append([]float32(nil), pcm...)
	if c.Rise > 0 {
		if tail := int(riseSeconds * float64(rate)); len(out) > 2*tail {
			at := len(out) - tail
			out = append(out[:at:at], shiftPitch(out[at:], c.Rise, 1, rate)...)
		}
	}
	faster := c.Faster
	if faster == 0 {
		faster = 1
	}
	if c.Higher != 0 || faster != 1 {
		out = shiftPitch(out, c.Higher, faster, rate)
	}
	if c.Effort != 0 {
		before := power(out)
		shelf(out, rate, effortKnee, c.Effort*effortTilt, true)
		amplify(out, c.Effort+before-power(out))
	}
	if c.Closer != 0 {
		before := power(out)
		shelf(out, rate, nearKnee, c.Closer*nearTilt, false)
		amplify(out, c.Closer+before-power(out))
	}
	amplify(out, c.Gain)
	return out
}

// power returns the mean power in dB of full scale.
func power(pcm []float32) float64 {
	sum := 1e-12
	for _, x := range pcm {
		sum += float64(x) * float64(x)
	}
	return 10 * math.Log10(sum/float64(max(1, len(pcm))))
}

func amplify(pcm []float32, dB float64) {
	by := float32(math.Pow(10, dB/20))
	for i := range pcm {
		pcm[i] *= by
	}
}

// shelf raises what lies above a frequency in Hz, or below, by dB, in place
// (R. Bristow-Johnson, Cookbook formulae for audio equalizer biquad filter
// coefficients, slope 1).
func shelf(pcm []float32, rate int, knee, dB float64, above bool) {
	a := math.Pow(10, dB/40)
	w := 2 * math.Pi * knee / float64(rate)
	cos, alpha := math.Cos(w), math.Sin(w)/2*math.Sqrt2
	if above {
		cos = -cos // the filter of the upper shelf is that of the lower, mirrored
	}
	root := 2 * math.Sqrt(a) * alpha
	b0, b1, b2 := a*((a+1)-(a-1)*cos+root), 2*a*((a-1)-(a+1)*cos), a*((a+1)-(a-1)*cos-root)
	a0, a1, a2 := (a+1)+(a-1)*cos+root, -2*((a-1)+(a+1)*cos), (a+1)+(a-1)*cos-root
	if above {
		b1, a1 = -b1, -a1
	}
	var x1, x2, y1, y2 float64
	for i, v := range pcm {
		x := float64(v)
		y := (b0*x + b1*x1 + b2*x2 - a1*y1 - a2*y2) / a0
		x1, x2, y1, y2 = x, x1, y, y1
		pcm[i] = float32(y)
	}
}

// shiftPitch moves a voice up by semitones and makes it faster.
func shiftPitch(pcm []float32, semitones, faster float64, rate int) []float32 {
	up := math.Pow(2, semitones/12)
	return resampled(stretch(pcm, up/faster, rate), up)
}

// stretch makes a voice last longer by a factor and keeps its pitch: windows
// are laid over each other where they fit best (W. Verhelst and M. Roelands,
// An overlap-add technique based on waveform similarity, 1993).
func stretch(pcm []float32, factor float64, rate int) []float32 {
	window, search := rate*30/1000/2*2, rate*8/1000
	hop := window / 2
	if len(pcm) < 2*window || math.Abs(factor-1) < 1e-6 {
		return pcm
	}
	n := int(float64(len(pcm)) * factor)
	out := make([]float32, n+window)
	copy(out, pcm[:hop])
	last := 0 // where the window before was taken from
	for to := 0; to < n; to += hop {
		from := min(int(float64(to)/factor), len(pcm)-window)
		if to > 0 {
			from = likest(pcm, min(last+hop, len(pcm)-window), max(0, from-search), min(len(pcm)-window, from+search), window)
		}
		last = from
		for i := range window {
			w := float32(0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(window)))
			if to == 0 && i < hop {
				continue // nothing comes before that it could fade out of
			}
			out[to+i] += w * pcm[from+i]
		}
	}
	return out[:n]
}

// likest returns where between from and to, both included, a window of pcm is
// most like the one at want.
func likest(pcm []float32, want, from, to, window int) int {
	best, at := math.Inf(-1), from
	for k := from; k <= to; k++ {
		xy, yy := 0.0, 1e-9
		for i := 0; i < window; i += 2 {
			xy += float64(pcm[want+i]) * float64(pcm[k+i])
			yy += float64(pcm[k+i]) * float64(pcm[k+i])
		}
		if s := xy / math.Sqrt(yy); s > best {
			best, at = s, k
		}
	}
	return at
}

// resampled plays pcm so many times as fast, between whole samples by a sinc
// under a Hann window.
func resampled(pcm []float32, faster float64) []float32 {
	if math.Abs(faster-1) < 1e-6 {
		return pcm
	}
	const half = 16
	cut := math.Min(1, 1/faster)
	out := make([]float32, int(float64(len(pcm))/faster))
	for i := range out {
		at := float64(i) * faster
		sum := 0.0
		for k := max(0, int(at)-half+1); k <= min(len(pcm)-1, int(at)+half); k++ {
			d := at - float64(k)
			sinc := cut
			if x := math.Pi * cut * d; math.Abs(x) > 1e-9 {
				sinc *= math.Sin(x) / x
			}
			sum += float64(pcm[k]) * sinc * (0.5 + 0.5*math.Cos(math.Pi*d/(half+1)))
		}
		out[i] = float32(sum)
	}
	return out
}

// OverTelephone returns pcm as a telephone line carries it: 300 to 3400 Hz,
// with noise of so many dB of full scale, in the steps of G.711 µ-law. noise
// returns numbers from -1 to 1.
func OverTelephone(pcm []float32, rate int, level float64, noise func() float64) []float32 {
	const half = 64
	var taps [2*half + 1]float64
	for i := range taps {
		d := float64(i - half)
		band := func(hz float64) float64 {
			x := 2 * hz / float64(rate)
			if d == 0 {
				return x
			}
			return x * math.Sin(math.Pi*x*d) / (math.Pi * x * d)
		}
		taps[i] = (band(3400) - band(300)) * (0.54 + 0.46*math.Cos(math.Pi*d/half))
	}
	hiss := math.Pow(10, level/20) * math.Sqrt(3) // of even noise between -1 and 1
	out := make([]float32, len(pcm))
	for i := range out {
		sum := 0.0
		for k, t := range taps {
			if j := i + k - half; j >= 0 && j < len(pcm) {
				sum += t * float64(pcm[j])
			}
		}
		out[i] = float32(companded(sum + hiss*noise()))
	}
	return out
}

// companded rounds x, -1 to 1, to the steps of µ-law.
func companded(x float64) float64 {
	const mu = 255
	x = math.Max(-1, math.Min(1, x))
	y := math.Round(127*math.Log1p(mu*math.Abs(x))/math.Log1p(mu)) / 127
	return math.Copysign((math.Pow(1+mu, y)-1)/mu, x)
}

// Trimmed returns a clip without what is 30 dB below its loudest frame at either
// end, with a mean power 30 dB below full
// scale.
func Trimmed(pcm []float32, rate int) []float32 {
	frame := rate / 50
	loudest := float32(0)
	level := func(at int) (sum float32) {
		for _, x := range pcm[at : at+frame] {
			sum += x * x
		}
		return sum
	}
	for at := 0; at+frame <= len(pcm); at += frame {
		loudest = max(loudest, level(at))
	}
	from, to := 0, len(pcm)/frame*frame
	for from+frame <= to && level(from) < loudest/1000 {
		from += frame
	}
	for to-frame >= from && to >= frame && level(to-frame) < loudest/1000 {
		to -= frame
	}
	out := append([]float32(nil), pcm[from:to]...)
	amplify(out, -30-power(out))
	return out
}
