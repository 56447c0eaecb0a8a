package nlp

import (
	"math"
	"slices"

	"earshot/models"
)

func init() {
	register(spec{
		Name:  "voice",
		Order: 1,
		Doc: "How a turn sounds against the same speaker's earlier turns in the call: louder, higher, faster. A speaker is only compared with himself, and only after three turns of a second or more. " +
			"The score of voice.aroused is a probability, calibrated on made-up calls: that the voice was raised, made higher or faster, and not only the line louder or a number read fast. It says nothing of what the speaker feels.",
		Kinds: []Kind{
			{Name: "voice.louder", Doc: "louder than usual by 6 dB or more", Value: "decibels above the median of the speaker's turns so far"},
			{Name: "voice.higher", Doc: "pitch higher than usual by 3 semitones or more", Value: "semitones above the median of the speaker's turns so far"},
			{Name: "voice.faster", Doc: "faster than usual by a third or more", Value: "ratio to the median pace of the speaker's turns so far"},
			{Name: "voice.aroused", Doc: "louder, higher and faster together make arousal likely: a score of 0.5 or more"},
		},
		new: func(*data) detector { return &voice{of: map[models.Party]*usual{}} },
	})
}

type voice struct {
	of map[models.Party]*usual
}

// usual holds what a speaker's turns so far sounded like.
type usual struct {
	loudness, pitch, pace []float64
}

const (
	leastTurns   = 3
	leastLength  = models.Millis(1000)
	mostUsual    = 200 // turns of a speaker that are kept
	louderDB     = 6
	higherSemi   = 3
	fasterRatio  = 4.0 / 3
	arousedScore = 0.5
)

func (v *voice) turn(c *Conversation) {
	i, turn := c.Last()
	if !tellsVoice(turn) {
		return
	}
	u := v.of[turn.Party]
	if u == nil {
		u = &usual{}
		v.of[turn.Party] = u
	}
	shift := u.compare(turn.Tone)
	emit := func(kind string, score, value float64) {
		c.emit(models.Finding{Kind: kind, Party: turn.Party, Score: round(score), Value: round(value), Evidence: []models.Evidence{evidenceOf(c.Transcript(), i)}})
	}
	if shift.Louder >= louderDB {
		emit("voice.louder", 1, shift.Louder)
	}
	if shift.Higher >= higherSemi {
		emit("voice.higher", min(1, turn.Tone.Voiced*2), shift.Higher)
	}
	if shift.Faster >= fasterRatio {
		emit("voice.faster", 1, shift.Faster)
	}
	if p := shift.Aroused(); p >= arousedScore {
		emit("voice.aroused", p, 0)
	}
	u.add(turn.Tone)
}

func (*voice) close(*Conversation) {}

// compare returns how a turn sounds against those so far.
func (u *usual) compare(t *models.Tone) VoiceShift {
	s := VoiceShift{Faster: 1}
	if s.Known = len(u.loudness) >= leastTurns; s.Known {
		s.Louder = t.Loudness - median(u.loudness)
	}
	if len(u.pitch) >= leastTurns && t.Pitch > 0 {
		s.Higher = 12 * math.Log2(t.Pitch/median(u.pitch))
	}
	if len(u.pace) >= leastTurns && t.Pace > 0 {
		s.Faster = t.Pace / median(u.pace)
	}
	return s
}

func (u *usual) add(t *models.Tone) {
	keep := func(to *[]float64, x float64) {
		if *to = append(*to, x); len(*to) > mostUsual {
			*to = (*to)[1:]
		}
	}
	keep(&u.loudness, t.Loudness)
	if t.Pitch > 0 && t.Voiced >= 0.2 {
		keep(&u.pitch, t.Pitch)
	}
	if t.Pace > 0 {
		keep(&u.pace, t.Pace)
	}
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// evidenceOf quotes turn i, or its stretch of time where nothing was written.
func evidenceOf(t *models.Transcript, i int) models.Evidence {
	if t.Turns[i].Text == "" {
		return models.Stretch(i, t.Turns[i].Start, t.Turns[i].End)
	}
	return t.QuoteTurn(i)
}
