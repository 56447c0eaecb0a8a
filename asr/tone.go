package asr

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"earshot/models"
)

const (
	toneFrame = Rate / 25 // 40 ms: two periods of the lowest pitch
	toneStep  = Rate / 50 // a frame every 20 ms
	lowPitch  = 60        // Hz
	highPitch = 420
)

// tone measures how a phrase sounds, from its samples.
func tone(pcm []float32, p *phrase) *models.Tone {
	if len(pcm) < toneFrame {
		return nil
	}
	var levels []float64
	loudest := 0.0
	for at := 0; at+toneFrame <= len(pcm); at += toneStep {
		e := 0.0
		for _, x := range pcm[at : at+toneFrame] {
			e += float64(x) * float64(x)
		}
		e /= toneFrame
		levels = append(levels, e)
		loudest = max(loudest, e)
	}
	var pitches []float64
	sum, loud := 0.0, 0
	for i, e := range levels {
		if e < loudest/1000 || e < 1e-9 { // 30 dB below the loudest: between words
			continue
		}
		sum += e
		loud++
		if f := pitch(pcm[i*toneStep:][:toneFrame]); f > 0 {
			pitches = append(pitches, f)
		}
	}
	t := &models.Tone{Pace: pace(p)}
	if loud == 0 {
		return t
	}
	t.Loudness = round(10*math.Log10(sum/float64(loud)), 10)
	t.Voiced = round(float64(len(pitches))/float64(loud), 1000)
	if len(pitches) > 0 {
		slices.Sort(pitches)
		t.Pitch = round(pitches[len(pitches)/2], 10)
	}
	return t
}

// ToneOf measures, as for a turn of a call, how the words sound that are spoken
// in samples at Rate. It is nil for less than a frame of 40 ms.
func ToneOf(pcm []float32, words []string) *models.Tone {
	p := &phrase{End: toMillis(len(pcm))}
	for _, w := range words {
		p.Words = append(p.Words, timedWord{Word: Word{Text: w}})
	}
	return tone(pcm, p)
}

func round(x, steps float64) float64 { return math.Round(x*steps) / steps }

// pace counts Chinese characters and words of other scripts a minute.
func pace(p *phrase) float64 {
	minutes := (p.End - p.Start).Seconds() / 60
	if minutes <= 0 {
		return 0
	}
	n := 0
	for _, w := range p.Words {
		n += spoken(w.Text)
	}
	return round(float64(n)/minutes, 1)
}

func spoken(text string) int {
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	if n == 0 && strings.IndexFunc(text, unicode.IsLetter) >= 0 || n == 0 && strings.IndexFunc(text, unicode.IsNumber) >= 0 {
		n = 1
	}
	return n
}

// pitch returns the fundamental frequency of a frame in Hz, 0 if it has none:
// the first strong peak of the normalised autocorrelation (P. Boersma,
// Accurate short-term analysis of the fundamental frequency, 1993), at a
// quarter of the sample rate, as telephone speech has its pitch well below.
func pitch(frame []float32) float64 {
	const down = 4
	n := len(frame) / down
	x := make([]float64, n)
	mean := 0.0
	for i := range x {
		for _, v := range frame[i*down : (i+1)*down] {
			x[i] += float64(v)
		}
		mean += x[i]
	}
	mean /= float64(n)
	for i := range x {
		x[i] -= mean
	}
	const rate = Rate / down
	shortest, longest := rate/highPitch, min(rate/lowPitch, n/2+n/4)
	energy := make([]float64, n+1) // of the samples before each
	for i, v := range x {
		energy[i+1] = energy[i] + v*v
	}
	r := make([]float64, longest+2)
	for lag := shortest - 1; lag <= longest; lag++ {
		xy := 0.0
		for i, v := range x[lag:] {
			xy += v * x[i]
		}
		r[lag] = xy / math.Sqrt(energy[n-lag]*(energy[n]-energy[lag])+1e-24)
	}
	// Peaks lie between the samples: their height is that of the parabola
	// through three of them. Of peaks about as high the first is the pitch, the
	// others are its octaves below.
	best, bestLag, bestHeight := 0.0, 0.0, 0.0
	for lag := shortest; lag < longest; lag++ {
		a, b, c := r[lag-1], r[lag], r[lag+1]
		if b < a || b < c || b < 0.4 {
			continue
		}
		shift, height := 0.0, b
		if d := a - 2*b + c; d < 0 {
			shift = (a - c) / (2 * d)
			height = b - (a-c)*shift/4
		}
		best = max(best, height)
		if height > bestHeight/0.88 {
			bestLag, bestHeight = float64(lag)+shift, height
		}
	}
	if best < 0.5 {
		return 0
	}
	return rate / bestLag
}
