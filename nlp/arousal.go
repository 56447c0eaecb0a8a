package nlp

import (
	"math"

	"earshot/models"
)

// VoiceShift is how a turn sounds against the turns that its speaker said
// before it in the call.
type VoiceShift struct {
	Louder float64 // dB; 0 where it is not known
	Higher float64 // semitones; 0 where it is not known
	Faster float64 // ratio; 1 where it is not known
	Known  bool    // there are turns enough to compare it with
}

// arousal holds the weights of the intercept and of each of Features, fitted by
// `earshot eval arousal --fit` to made-up calls of seven speakers: one who reads
// English books, three who say digits, three synthetic voices, Chinese and
// English. Those of docs/benchmarks.md are others.
var arousal = [...]float64{-3.390, 0.257, 0.305, 3.516, 2.554}

// A voice that is 6 dB louder and 3 semitones higher is raised: a line that is
// only louder does not move the pitch.
const (
	raisedDB   = 6.0
	raisedSemi = 3.0
)

// Features returns what Aroused weighs: dB, semitones and the binary logarithm
// of the pace, as far as they tell more, and how far loudness and pitch rise
// together.
func (v VoiceShift) Features() []float64 {
	between := func(x, least, most float64) float64 { return max(least, min(most, x)) }
	return []float64{
		between(v.Louder, -4, 10),
		between(v.Higher, -2, 6),
		between(math.Log2(v.Faster), -0.3, 0.5),
		between(min(v.Louder/raisedDB, v.Higher/raisedSemi), 0, 1.2),
	}
}

// Aroused returns the probability, 0 to 1, that the voice is raised, higher or
// faster because its speaker is aroused; 0 where there is nothing to compare it
// with. It is right so often among made-up calls in which one turn in ten is,
// and not measured against what people hear.
func (v VoiceShift) Aroused() float64 {
	if !v.Known {
		return 0
	}
	x := arousal[0]
	for i, f := range v.Features() {
		x += arousal[i+1] * f
	}
	return 1 / (1 + math.Exp(-x))
}

// VoiceShifts returns the shift of each turn as the detector voice sees it.
func VoiceShifts(turns []models.Turn) []VoiceShift {
	of := map[models.Party]*usual{}
	out := make([]VoiceShift, len(turns))
	for i := range turns {
		t := &turns[i]
		if out[i].Faster = 1; !tellsVoice(t) {
			continue
		}
		u := of[t.Party]
		if u == nil {
			u = &usual{}
			of[t.Party] = u
		}
		out[i] = u.compare(t.Tone)
		u.add(t.Tone)
	}
	return out
}

// tellsVoice reports whether a turn says how its speaker sounds.
func tellsVoice(t *models.Turn) bool {
	return t.Tone != nil && t.End-t.Start >= leastLength && t.Party != models.System
}
