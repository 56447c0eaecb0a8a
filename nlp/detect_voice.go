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
			"The score of voice.aroused is a logistic function of the three differences together; it is no probability of a feeling.",
		Kinds: []Kind{
			{Name: "voice.louder", Doc: "louder than usual by 6 dB or more", Value: "decibels above the median of the speaker's turns so far"},
			{Name: "voice.higher", Doc: "pitch higher than usual by 3 semitones or more", Value: "semitones above the median of the speaker's turns so far"},
			{Name: "voice.faster", Doc: "faster than usual by a third or more", Value: "ratio to the median pace of the speaker's turns so far"},
			{Name: "voice.aroused", Doc: "louder, higher and faster together make excitement likely"},
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
	arousedScore = 0.6
)

func (v *voice) turn(c *Conversation) {
	i, turn := c.Last()
	if turn.Tone == nil || turn.End-turn.Start < leastLength || turn.Party == models.System {
		return
	}
	u := v.of[turn.Party]
	if u == nil {
		u = &usual{}
		v.of[turn.Party] = u
	}
	louder, higher, faster := u.compare(turn.Tone)
	emit := func(kind string, score, value float64) {
		c.emit(models.Finding{Kind: kind, Party: turn.Party, Score: round(score), Value: round(value), Evidence: []models.Evidence{evidenceOf(c.Transcript(), i)}})
	}
	if louder >= louderDB {
		emit("voice.louder", 1, louder)
	}
	if higher >= higherSemi {
		emit("voice.higher", min(1, turn.Tone.Voiced*2), higher)
	}
	if faster >= fasterRatio {
		emit("voice.faster", 1, faster)
	}
	// 6 dB alone, or 3 dB with 2 semitones, or a third faster with 4 dB, come
	// to about 0.6.
	x := 0.4*louder + 0.45*higher + 2.2*math.Log2(max(faster, 0.25)) - 2
	if score := 1 / (1 + math.Exp(-x)); score >= arousedScore {
		emit("voice.aroused", score, 0)
	}
	u.add(turn.Tone)
}

func (*voice) close(*Conversation) {}

// compare returns how much louder in dB, higher in semitones and faster as a
// ratio a turn is than usual; 0, 0 and 1 where that is not known.
func (u *usual) compare(t *models.Tone) (louder, higher, faster float64) {
	faster = 1
	if len(u.loudness) >= leastTurns {
		louder = t.Loudness - median(u.loudness)
	}
	if len(u.pitch) >= leastTurns && t.Pitch > 0 {
		higher = 12 * math.Log2(t.Pitch/median(u.pitch))
	}
	if len(u.pace) >= leastTurns && t.Pace > 0 {
		faster = t.Pace / median(u.pace)
	}
	return louder, higher, faster
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
