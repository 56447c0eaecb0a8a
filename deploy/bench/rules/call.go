package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"earshot/models"
)

// turn is a turn as the expression languages see it, with its number and the
// silence before it worked out.
type turn struct {
	Index       int64
	Party, Text string
	Gap         float64 // in seconds
}

// call is a conversation as the expression languages see it.
type call struct {
	Turns  []turn
	Amount float64
}

// generateCall returns one conversation twice: as Earshot has it, and as the
// others do.
func generateCall(rng *rand.Rand) (*models.Interaction, *call) {
	c := &call{Amount: float64(rng.IntN(1000))}
	in := &models.Interaction{ID: "b", Channel: models.Phone, Language: "en", Transcript: &models.Transcript{},
		Attributes: map[string]string{"amount": fmt.Sprint(c.Amount)}}
	clock := models.Millis(0)
	for i := range callTurns {
		var words []string
		for range 11 {
			words = append(words, fmt.Sprintf("plain%d", rng.IntN(500)))
		}
		if rng.IntN(3) == 0 {
			words[rng.IntN(len(words))] = word(rng.IntN(cardRules), rng.IntN(5))
		}
		gap := models.Millis(rng.IntN(9000))
		if i == 0 {
			gap = 0
		}
		t := models.Turn{Party: []models.Party{models.Agent, models.Customer}[rng.IntN(2)], Start: clock + gap, Text: strings.Join(words, " ")}
		t.End = t.Start + 4000
		clock = t.End
		in.Transcript.Turns = append(in.Transcript.Turns, t)
		c.Turns = append(c.Turns, turn{int64(i), string(t.Party), t.Text, gap.Seconds()})
	}
	return in, c
}
