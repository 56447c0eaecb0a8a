package asr

import "math"

// resampler brings samples of one channel to Rate: polyphase filtering with a
// sinc under a Kaiser window (J. O. Smith, Digital Audio Resampling, 2002).
// Stop band below −80 dB, pass band within 0.02 dB to 0.9 of the lower Nyquist
// frequency. A ratio of large terms, such as 16000:191999, takes its filter
// from between two of a table, as Smith does, and not from 16000 of its own.
type resampler struct {
	up, down int         // the ratio Rate : input rate, in lowest terms
	half     int         // filter taps on either side
	phases   [][]float32 // filters for positions between two input samples, one more than steps
	steps    int         // positions between two input samples that have a filter: up, if not too many
	buf      []float32   // input samples that are still needed
	first    int         // index of buf[0] in the input
	next     int         // index of the next output sample
}

const (
	sincZeros  = 36  // zero crossings on either side of the filter's centre
	kaiserBeta = 8.0 // side lobes at −80 dB
	passBand   = 0.96
	maxSteps   = 640 // as 11025 Hz takes; between so many, a straight line is right to −110 dB
	minSteps   = 32
)

func newResampler(rate int) *resampler {
	g := gcd(Rate, rate)
	r := &resampler{up: Rate / g, down: rate / g}
	if r.up == r.down {
		return r
	}
	cutoff := passBand * math.Min(1, float64(Rate)/float64(rate)) // of the input's Nyquist frequency
	r.half = int(math.Ceil(sincZeros / cutoff))
	if r.steps = r.up; r.up > maxSteps {
		r.steps = max(minSteps, int(maxSteps*cutoff)) // a narrower filter changes more slowly
	}
	r.phases = make([][]float32, r.steps+1)
	for p := range r.phases {
		taps, sum := make([]float64, 2*r.half), 0.0
		for i := range taps {
			t := float64(i-r.half+1) - float64(p)/float64(r.steps)
			taps[i] = cutoff * sinc(cutoff*t) * kaiser(t/float64(r.half))
			sum += taps[i]
		}
		r.phases[p] = make([]float32, len(taps))
		for i, t := range taps {
			r.phases[p][i] = float32(t / sum) // the same gain at every phase: no hum
		}
	}
	r.buf = make([]float32, r.half-1) // silence before the first sample
	r.first = -(r.half - 1)
	return r
}

// write takes input samples and appends to out what can be computed of the
// output so far.
func (r *resampler) write(in, out []float32) []float32 {
	if r.up == r.down {
		return append(out, in...)
	}
	r.buf = append(r.buf, in...)
	end := r.first + len(r.buf)
	for {
		at := r.next * r.down / r.up
		if at+r.half >= end {
			break
		}
		from := at - r.half + 1 - r.first
		place := r.next * r.down % r.up * r.steps
		p, rest := place/r.up, float32(place%r.up)/float32(r.up)
		x := r.buf[from : from+2*r.half]
		sum := dot(x, r.phases[p])
		if rest > 0 {
			sum += rest * (dot(x, r.phases[p+1]) - sum)
		}
		out = append(out, sum)
		r.next++
	}
	if drop := r.next*r.down/r.up - r.half + 1 - r.first; drop > 1<<15 {
		r.buf = append(r.buf[:0], r.buf[drop:]...)
		r.first += drop
	}
	return out
}

// flush appends the output that waits for input that does not come.
func (r *resampler) flush(out []float32) []float32 {
	if r.up == r.down {
		return out
	}
	return r.write(make([]float32, r.half), out)
}

func dot(x, taps []float32) float32 {
	sum := float32(0)
	for i, v := range x {
		sum += v * taps[i]
	}
	return sum
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the window at x from -1 to 1.
func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel(kaiserBeta*math.Sqrt(1-x*x)) / kaiserTop
}

var kaiserTop = bessel(kaiserBeta)

// bessel is the modified Bessel function of the first kind and order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
