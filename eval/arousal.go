package eval

import "math/rand/v2"

// VoiceTurn is a turn of a made-up call: a clip of one speaker, changed.
type VoiceTurn struct {
	Clip    int
	Change  VoiceChange
	Aroused bool
	Kind    string // what was done to it
}

// VoiceCall is the turns of one speaker in a made-up call.
type VoiceCall struct {
	Turns     []VoiceTurn
	Telephone bool
	Noise     float64 // dB of full scale
}

// What arousal does to a voice, and what else happens to one. Raised and loud
// voices are 6 and 12.5 dB above normal ones (ANSI S3.5-1997); pitch goes up by
// about half a semitone a dB with them (Gramming et al., Relationship between
// changes in voice pitch and loudness, 1988). Acted anger, joy and fear take 79,
// 83 and 89 % of the time of neutral speech and are higher by 9 semitones and
// more (Mozziconacci, Speech variability and emotion, 1998); callers who do not
// act change less, so half of that and less is made here. How much calm turns
// differ is our judgement: more than in what one reads aloud.
const (
	leastEffort, mostEffort = 4.0, 12.5  // dB
	leastRise, mostRise     = 2.0, 5.0   // semitones
	leastHaste, mostHaste   = 1.12, 1.27 // times as fast
	leastPull, mostPull     = 0.2, 0.6   // semitones a dB of effort
	calmLevel               = 1.5        // dB, standard deviation
	calmPitch               = 0.7        // semitones
	calmPace                = 0.06       // of the pace
	callTurns               = 16
	calmTurns               = 4 // that a call begins with
)

// MakeVoiceCalls makes calls out of a number of clips of one speaker. Half of
// them stay calm. In three of ten a quarter of the turns is aroused, in the rest
// most of the last third. The same seed makes the same calls.
func MakeVoiceCalls(clips, calls int, seed uint64) []VoiceCall {
	r := rand.New(rand.NewPCG(seed, 0xA0))
	out := make([]VoiceCall, calls)
	for i := range out {
		c := &out[i]
		c.Telephone, c.Noise = r.IntN(2) == 0, -65+20*r.Float64()
		level := -6 + 12*r.Float64()
		drifts, drift := r.IntN(10) < 3, 0.0
		mood := r.IntN(10)
		order := r.Perm(clips)
		for t := range callTurns {
			if drifts {
				drift += r.NormFloat64()
			}
			share := 0.0
			switch {
			case t < calmTurns || mood < 5:
			case mood < 8:
				share = 0.25
			case t >= callTurns*2/3:
				share = 0.75
			}
			turn := VoiceTurn{Clip: order[t%clips], Aroused: r.Float64() < share, Change: VoiceChange{
				Gain: level + drift + calmLevel*r.NormFloat64(), Higher: calmPitch * r.NormFloat64(), Faster: 1 + calmPace*max(-2, min(2, r.NormFloat64())),
			}}
			if turn.Aroused {
				turn.Kind = arouse(&turn.Change, r)
			} else {
				turn.Kind = disturb(&turn.Change, r)
			}
			c.Turns = append(c.Turns, turn)
		}
	}
	return out
}

func between(r *rand.Rand, least, most float64) float64 { return least + (most-least)*r.Float64() }

// arouse changes a voice as arousal does: in one way or several.
func arouse(c *VoiceChange, r *rand.Rand) (kind string) {
	raise := func() {
		c.Effort = between(r, leastEffort, mostEffort)
		c.Higher += c.Effort * between(r, leastPull, mostPull)
	}
	higher := func() { c.Higher += between(r, leastRise, mostRise) }
	faster := func() { c.Faster *= between(r, leastHaste, mostHaste) }
	switch k := r.IntN(20); {
	case k < 8:
		raise()
		faster()
		return "raised and faster"
	case k < 14:
		raise()
		return "raised"
	case k < 16:
		higher()
		return "higher"
	case k < 18:
		higher()
		faster()
		return "higher and faster"
	default:
		faster()
		return "faster"
	}
}

// disturb changes a voice as things do that are no arousal; mostly not at all.
func disturb(c *VoiceChange, r *rand.Rand) (kind string) {
	switch k := r.IntN(20); {
	case k < 12:
		return "calm"
	case k < 14:
		c.Gain += between(r, -8, 8)
		return "line gain"
	case k < 16:
		c.Closer = between(r, -8, 8)
		return "microphone distance"
	case k < 18:
		c.Rise = between(r, 3, 7)
		return "question"
	default:
		c.Faster *= between(r, leastHaste, mostHaste)
		return "read fast"
	}
}
