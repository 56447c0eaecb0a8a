package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"unicode/utf8"

	"earshot/models"
)

// tempo is how fast people answer on a channel.
type tempo struct {
	think  models.Millis // shortest time before an answer is begun
	spread models.Millis // how much longer it may take
	typing models.Millis // a letter; three times as long for a Chinese character
}

func tempoOf(c models.Channel) tempo {
	switch c {
	case models.Email:
		return tempo{think: 40 * 60_000, spread: 4 * 3_600_000}
	case models.Social:
		return tempo{think: 4 * 60_000, spread: 20 * 60_000, typing: 150}
	case models.SMS:
		return tempo{think: 20_000, spread: 90_000, typing: 200}
	default:
		return tempo{think: 4_000, spread: 14_000, typing: 130}
	}
}

// pace gives each message of a chat the time it was sent: a likely while after
// the one before, or the pause that the script states. The while depends on
// nothing but the ID and the place in the chat.
func (s *Script) pace() {
	rng := seeded(string(s.ID))
	pace, sent, spoken := tempoOf(s.Channel), models.Millis(0), models.Millis(0)
	turns := s.Dialogue.Turns
	for i := range turns {
		gap := turns[i].Start - spoken
		spoken = turns[i].End
		wait := pace.wait(turns[i].Party, turns[i].Text, rng)
		switch {
		case gap > standardGap:
			sent += gap
		case i > 0:
			sent += wait
		}
		turns[i].Start, turns[i].End = sent, sent
	}
	s.Dialogue.Length = sent
	s.Dialogue.Grade = models.GradeText
}

// standardGap is what models.Parse leaves between turns without a stated pause.
const standardGap = models.Millis(300)

func (t tempo) wait(party models.Party, text string, rng *rand.Rand) models.Millis {
	if party == models.System {
		return 900 // a bot
	}
	letters := utf8.RuneCountInString(text)
	letters += len(text) - letters // a Chinese character has three bytes
	typing := min(models.Millis(letters)*t.typing, 70_000)
	if party == models.Agent {
		typing /= 3 // much of it comes from templates
	}
	return t.think + typing + models.Millis(rng.Int64N(int64(t.spread)))
}

// seeded returns a source of chance that is the same for the same name on
// every machine.
func seeded(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(h.Sum64(), 0x5EA45407))
}
