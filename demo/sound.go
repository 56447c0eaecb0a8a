package demo

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"earshot/models"
)

// sampleRate is that of telephone recordings, in hertz.
const sampleRate = 8000

// samples is mono sound at sampleRate; full scale is 1.
type samples []float32

func (s samples) length() models.Millis {
	return models.Millis(len(s)) * 1000 / sampleRate
}

// decodeWAV returns the sound of a mono 16-bit PCM WAV file and its rate. It
// reads what the synthesisers write, which may state its length wrongly when
// written to a pipe.
func decodeWAV(file []byte) (samples, int, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return nil, 0, models.BadInput("not a WAV file")
	}
	rate := 0
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		if size = min(size, len(body)); size < 0 {
			break
		}
		switch name {
		case "fmt ":
			if size < 16 {
				return nil, 0, models.BadInput("WAV file: its format is cut off")
			}
			code, channels := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:])
			bits := binary.LittleEndian.Uint16(body[14:])
			rate = int(binary.LittleEndian.Uint32(body[4:]))
			if code != 1 || channels != 1 || bits != 16 || rate < 4000 || rate > 96000 {
				return nil, 0, models.BadInput("WAV file: format %d, %d channels, %d bits, %d Hz: want mono 16-bit PCM", code, channels, bits, rate)
			}
		case "data":
			if rate == 0 {
				return nil, 0, models.BadInput("WAV file: sound before its format")
			}
			out := make(samples, size/2)
			for i := range out {
				out[i] = float32(int16(binary.LittleEndian.Uint16(body[2*i:]))) / 32768
			}
			return out, rate, nil
		}
		rest = body[min(size+size%2, len(body)):]
	}
	return nil, 0, models.BadInput("WAV file: no sound in it")
}

// resample converts sound of rate from to sampleRate. It interpolates with a
// sinc under a Kaiser window (beta 8, 24 zero crossings a side), cut off at
// 92 % of the lower half rate so that nothing folds back; about 80 dB of
// stop band, as J. O. Smith's "Digital Audio Resampling" derives.
func resample(in samples, from float64) samples {
	const crossings, steps, beta = 24, 256, 8.0
	cut := 0.92 * min(1, sampleRate/from)
	half := crossings / cut // width in input samples
	table := make([]float64, crossings*steps+2)
	for i := range table {
		x := float64(i) / steps
		table[i] = sinc(x) * besselI0(beta*math.Sqrt(max(0, 1-x*x/(crossings*crossings)))) / besselI0(beta)
	}
	out := make(samples, int(float64(len(in))*sampleRate/from))
	for n := range out {
		at := float64(n) * from / sampleRate
		sum := 0.0
		for k := max(0, int(math.Ceil(at-half))); k <= min(len(in)-1, int(at+half)); k++ {
			x := math.Abs(at-float64(k)) * cut * steps
			i := int(x)
			sum += float64(in[k]) * (table[i] + (x-float64(i))*(table[i+1]-table[i]))
		}
		out[n] = float32(sum * cut)
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// besselI0 is the modified Bessel function of order zero, by its power series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

// trim cuts the quiet beginning and end, so that pauses are as long as stated.
func (s samples) trim() samples {
	const quiet, keep = 0.004, sampleRate / 50
	from, to := 0, len(s)
	for from < to && math.Abs(float64(s[from])) < quiet {
		from++
	}
	for to > from && math.Abs(float64(s[to-1])) < quiet {
		to--
	}
	return s[max(0, from-keep):min(len(s), to+keep)]
}

// level brings the voiced parts to a level in dB below full scale. Peaks above
// full scale are bent, not cut.
func (s samples) level(db float64) {
	const frame = sampleRate / 50
	sum, n := 0.0, 0
	for i := 0; i+frame <= len(s); i += frame {
		energy := 0.0
		for _, v := range s[i : i+frame] {
			energy += float64(v) * float64(v)
		}
		if energy/frame > 1e-4 {
			sum, n = sum+energy/frame, n+1
		}
	}
	if n == 0 {
		return
	}
	gain := math.Pow(10, db/20) / math.Sqrt(sum/float64(n))
	for i, v := range s {
		s[i] = float32(math.Tanh(float64(v) * gain))
	}
}

// treble raises what lies above 2.5 kHz by db, with the shelving filter of
// R. Bristow-Johnson's "Cookbook formulae for audio EQ" (slope 0.5).
func (s samples) treble(db float64) {
	if db == 0 {
		return
	}
	const corner, slope = 2500.0, 0.5
	a := math.Pow(10, db/40)
	sin, cos := math.Sincos(2 * math.Pi * corner / sampleRate)
	r := sin * math.Sqrt(a) * math.Sqrt((a+1/a)*(1/slope-1)+2)
	b0, b1, b2 := a*((a+1)+(a-1)*cos+r), -2*a*((a-1)+(a+1)*cos), a*((a+1)+(a-1)*cos-r)
	a0, a1, a2 := (a+1)-(a-1)*cos+r, 2*((a-1)-(a+1)*cos), (a+1)-(a-1)*cos-r
	var x1, x2, y1, y2 float64
	for i, v := range s {
		x := float64(v)
		y := (b0*x + b1*x1 + b2*x2 - a1*y1 - a2*y2) / a0
		x1, x2, y1, y2 = x, x1, y, y1
		s[i] = float32(y)
	}
}

// comfortNoise adds the faint hiss a telephone line always has.
func (s samples) comfortNoise(rng *rand.Rand) {
	const level = 0.0011 // about -59 dB
	last := 0.0
	for i := range s {
		// Neighbours share part of their value: line noise is not white.
		last = 0.4*last + rng.NormFloat64()
		s[i] += float32(level * last)
	}
}
