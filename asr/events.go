package asr

import (
	"math"
	"slices"

	"earshot/models"
)

// What a line carries besides voices. The names are those of models.Event.
const (
	music   = "music"
	ringing = "ringing"
	beeping = "beep"
	noise   = "noise"
	prompts = "prompt"
)

// sound is what one VoiceFrame of audio is like.
type sound struct {
	level    float64    // dB below full scale
	pure     float64    // share of the energy in the two strongest partials, 0 to 1
	flat     float64    // spectral flatness inside bands: 0 lines, 0.56 noise
	partials [2]float64 // their frequencies in Hz, the lower first; equal if there is one
}

// A telephone's signals are steadier and purer than any voice or instrument.
const (
	audible     = -50.0 // dB
	musicLevel  = audible + 8
	purely      = 0.95
	steadyHz    = 6.0
	steadyLevel = 2.0 // dB
	minMusic    = 5 * Rate / VoiceFrame
	noiseFlat   = 0.42
	flatBands   = 8
)

// sounds analyses the track frame by frame.
func sounds(t *track) ([]sound, error) {
	out := make([]sound, 0, t.n/VoiceFrame+1)
	buf := make([]complex128, VoiceFrame)
	power := make([]float64, VoiceFrame/2)
	for from := 0; from < t.n; from += voiceChunk {
		pcm, err := t.read(from, min(from+voiceChunk, (t.n+VoiceFrame-1)/VoiceFrame*VoiceFrame))
		if err != nil {
			return nil, err
		}
		for at := 0; at+VoiceFrame <= len(pcm); at += VoiceFrame {
			out = append(out, listenTo(pcm[at:at+VoiceFrame], buf, power))
		}
	}
	return out, nil
}

func listenTo(pcm []float32, buf []complex128, power []float64) sound {
	const bin = float64(Rate) / VoiceFrame
	energy := 0.0
	for i, x := range pcm {
		energy += float64(x) * float64(x)
		buf[i] = complex(float64(x)*timbreWindow[i], 0)
	}
	s := sound{level: 10 * math.Log10(energy/VoiceFrame+1e-10)}
	if s.level < audible {
		return s
	}
	fft(buf)
	lo, hi := 200*VoiceFrame/Rate, 3600*VoiceFrame/Rate
	total := 1e-12
	for i := lo; i < hi; i++ {
		power[i] = real(buf[i])*real(buf[i]) + imag(buf[i])*imag(buf[i]) + 1e-12
		total += power[i]
	}
	for b := range flatBands {
		from, to := lo+b*(hi-lo)/flatBands, lo+(b+1)*(hi-lo)/flatBands
		sum, logs, n := 0.0, 0.0, float64(to-from)
		for _, p := range power[from:to] {
			sum += p
			logs += math.Log(p)
		}
		s.flat += math.Exp(logs/n) / (sum / n) * sum / total
	}
	for k := range s.partials {
		best := lo
		for i := lo; i < hi; i++ {
			if power[i] > power[best] {
				best = i
			}
		}
		if power[best] < total/20 && k == 1 {
			s.partials[1] = s.partials[0]
			break
		}
		weight, sum := 0.0, 0.0
		for i := max(lo, best-2); i < min(hi, best+3); i++ {
			weight += power[i]
			sum += power[i] * float64(i)
			power[i] = 0
		}
		s.pure += weight / total
		s.partials[k] = sum / max(weight, 1e-12) * bin
	}
	slices.Sort(s.partials[:])
	return s
}

// toneRun is a stretch of frames that hold one signal tone.
type toneRun struct {
	from, to int
	partials [2]float64
	level    float64
}

// kind names the signal, "" if it is none: a voice or an instrument can hold
// a note for a moment.
func (r toneRun) kind() string {
	n := r.to - r.from
	switch {
	case n >= 8 && r.partials[0] > 330 && r.partials[1] < 520:
		return ringing // ring and busy tones lie here the world over: ITU-T E.180, supplement 2
	case n >= 2 && r.isKey(), n >= 6:
		return beeping
	}
	return ""
}

// isKey tells whether the partials are those of a dialled digit (ITU-T Q.23).
func (r toneRun) isKey() bool {
	near := func(f float64, group ...float64) bool {
		return slices.ContainsFunc(group, func(g float64) bool { return math.Abs(f-g) < 15 })
	}
	return near(r.partials[0], 697, 770, 852, 941) && near(r.partials[1], 1209, 1336, 1477, 1633)
}

// tones finds the stretches that sound like signal tones.
func tones(all []sound) []toneRun {
	var out []toneRun
	for i, s := range all {
		if s.level < audible || s.pure < purely {
			continue
		}
		if k := len(out) - 1; k >= 0 && out[k].to == i && out[k].goesOn(s) {
			out[k].to = i + 1
			continue
		}
		out = append(out, toneRun{i, i + 1, s.partials, s.level})
	}
	return slices.DeleteFunc(out, func(r toneRun) bool { return r.kind() == "" })
}

func (r toneRun) goesOn(s sound) bool {
	return math.Abs(r.partials[0]-s.partials[0]) < steadyHz && math.Abs(r.partials[1]-s.partials[1]) < steadyHz && math.Abs(r.level-s.level) < steadyLevel
}

// listenForEvents finds what is no conversation, and takes the voice away
// from the frames in which a signal tone sounds, which voice detectors now
// and then mistake for somebody.
func (s *Step) listenForEvents(t *track, voice []float32) ([]heardSpan, error) {
	all, err := sounds(t)
	if err != nil {
		return nil, err
	}
	signal := make([]bool, len(all))
	runs := tones(all)
	for _, r := range runs {
		for i := max(0, r.from-1); i < min(len(all), r.to+1); i++ {
			signal[i] = true
		}
	}
	songs := background(all, signal, voice)
	for _, r := range runs {
		if within(songs, r.from) {
			continue // a note
		}
		for i := max(0, r.from-1); i < min(len(voice), r.to+1); i++ {
			voice[i] = 0
		}
	}
	var out []heardSpan
	add := func(kind string, from, to int, gap models.Millis) {
		start, end := toMillis(from*VoiceFrame), toMillis(min(t.n, to*VoiceFrame))
		if k := len(out) - 1; k >= 0 && out[k].Kind == kind && start-out[k].End <= gap {
			out[k].End = end
			return
		}
		out = append(out, heardSpan{kind, start, end})
	}
	for _, r := range runs {
		if within(songs, r.from) {
			continue
		}
		if r.kind() == ringing {
			add(ringing, r.from, r.to, 6000) // the pause of a ring is 3 to 5 s
		} else {
			add(beeping, r.from, r.to, 1000)
		}
	}
	for _, b := range songs {
		add(b.kind, b.from, b.to, 3000)
	}
	slices.SortStableFunc(out, func(a, b heardSpan) int { return int(a.Start - b.Start) })
	return out, nil
}

// stretch is a run of frames of one kind.
type stretch struct {
	kind     string
	from, to int
}

func within(list []stretch, frame int) bool {
	return slices.ContainsFunc(list, func(s stretch) bool { return frame >= s.from && frame < s.to })
}

// background finds long stretches in which nobody speaks and the line is
// neither silent nor taken up by signal tones: music on hold, or noise.
func background(all []sound, signal []bool, voice []float32) []stretch {
	var out []stretch
	for from := 0; from < len(all); {
		to, loud, flat, signals := from, 0, 0.0, 0
		for ; to < len(all) && !isVoiced(voice, to); to++ {
			if signal[to] {
				signals++
			}
			if all[to].level >= musicLevel {
				loud++
				flat += all[to].flat
			}
		}
		if n := to - from; n >= minMusic && loud > n*6/10 && signals*2 < loud {
			kind := music
			if flat/float64(loud) > noiseFlat {
				kind = noise
			}
			out = append(out, stretch{kind, from, to})
		}
		from = max(to, from+1)
	}
	return out
}

func isVoiced(voice []float32, i int) bool { return i >= 0 && i < len(voice) && voice[i] >= 0.5 }
