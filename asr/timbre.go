package asr

import (
	"math"
	"math/cmplx"
)

// A voice's timbre is the distribution of its mel cepstra and of its pitch:
// what tells one voice from another on the same line. The cepstra follow S.
// Davis and P. Mermelstein, Comparison of parametric representations (1980),
// over the telephone band.
const (
	timbreFrame = 512 // 32 ms
	timbreStep  = 256
	melBands    = 20
	cepstra     = 12
	lowMel      = 200.0 // Hz
	highMel     = 3600.0
)

var (
	melWeights   = melTriangles()
	timbreWindow = hamming(timbreFrame)
	cosines      = cosineTable()
)

// voiceprint holds what is needed to compare timbres: how many frames, and
// sums of their cepstra, of the products of those, and of the logarithms of
// their pitch. The print of two phrases is the sum of theirs. It stays in
// memory; the cache keeps only which phrases go together.
type voiceprint struct {
	n       float64
	sum     [cepstra]float64
	product [cepstra][cepstra]float64 // the lower half
	pitched float64
	pitch   [2]float64 // sum and sum of squares, in octaves
}

func (v *voiceprint) add(o *voiceprint) {
	v.n += o.n
	v.pitched += o.pitched
	v.pitch[0] += o.pitch[0]
	v.pitch[1] += o.pitch[1]
	for i := range v.sum {
		v.sum[i] += o.sum[i]
		for k := range i + 1 {
			v.product[i][k] += o.product[i][k]
		}
	}
}

// takePrint measures the louder frames of a phrase.
func takePrint(pcm []float32) *voiceprint {
	type frame struct {
		at    int
		level float64
		c     [cepstra]float64
	}
	var frames []frame
	loudest := 0.0
	buf := make([]complex128, timbreFrame)
	for at := 0; at+timbreFrame <= len(pcm); at += timbreStep {
		level := 0.0
		for i, x := range pcm[at : at+timbreFrame] {
			level += float64(x) * float64(x)
			buf[i] = complex(float64(x)*timbreWindow[i], 0)
		}
		loudest = max(loudest, level)
		fft(buf)
		frames = append(frames, frame{at, level, melCepstra(buf)})
	}
	v := &voiceprint{}
	for _, f := range frames {
		if f.level < loudest/200 || f.level < 1e-6 {
			continue
		}
		v.n++
		for i, x := range f.c {
			v.sum[i] += x
			for k := range i + 1 {
				v.product[i][k] += x * f.c[k]
			}
		}
		if f.at+toneFrame > len(pcm) {
			continue
		}
		if hz := pitch(pcm[f.at:][:toneFrame]); hz > 0 {
			octave := math.Log2(hz)
			v.pitched++
			v.pitch[0] += octave
			v.pitch[1] += octave * octave
		}
	}
	return v
}

func melCepstra(spectrum []complex128) [cepstra]float64 {
	var bands [melBands]float64
	for b, w := range melWeights {
		e := 1e-10
		for i, x := range w.weights {
			a := cmplx.Abs(spectrum[w.from+i])
			e += x * a * a
		}
		bands[b] = math.Log(e)
	}
	var out [cepstra]float64
	for k := range out {
		for b, e := range bands {
			out[k] += e * cosines[k][b]
		}
	}
	return out
}

type triangle struct {
	from    int
	weights []float64
}

func melTriangles() [melBands]triangle {
	mel := func(hz float64) float64 { return 1127 * math.Log(1+hz/700) }
	hz := func(m float64) float64 { return 700 * (math.Exp(m/1127) - 1) }
	edge := func(i int) float64 {
		return hz(mel(lowMel)+float64(i)*(mel(highMel)-mel(lowMel))/(melBands+1)) * timbreFrame / Rate
	}
	var out [melBands]triangle
	for b := range out {
		lo, mid, hi := edge(b), edge(b+1), edge(b+2)
		out[b].from = int(math.Ceil(lo))
		for i := out[b].from; float64(i) < hi; i++ {
			x := float64(i)
			out[b].weights = append(out[b].weights, math.Max(0, math.Min((x-lo)/(mid-lo), (hi-x)/(hi-mid))))
		}
	}
	return out
}

func cosineTable() [cepstra][melBands]float64 {
	var out [cepstra][melBands]float64
	for k := range out {
		for b := range out[k] {
			out[k][b] = math.Sqrt(2.0/melBands) * math.Cos(math.Pi*float64(k+1)*(float64(b)+0.5)/melBands)
		}
	}
	return out
}

func hamming(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/float64(n-1))
	}
	return out
}

// fft transforms x, whose length is a power of two, in place.
func fft(x []complex128) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j ^= bit
		if i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for size := 2; size <= n; size <<= 1 {
		step := cmplx.Rect(1, -2*math.Pi/float64(size))
		for from := 0; from < n; from += size {
			w := complex(1, 0)
			for k := range size / 2 {
				a, b := x[from+k], x[from+k+size/2]*w
				x[from+k], x[from+k+size/2] = a+b, a-b
				w *= step
			}
		}
	}
}
