// Package synth makes conversations with private data in them, and others with
// numbers that only look private, to measure redact by. What is private is
// known, so no labelling is needed: numbers carry right check digits, are
// written and spoken in the ways people do, grouped, corrected, split over
// turns, and heard wrong as speech recognition hears. Check digits are computed
// here once more, apart from the code that is measured.
package synth

import (
	"fmt"
	"math/rand/v2"

	"earshot/models"
	"earshot/redact"
)

// Case is a made conversation.
type Case struct {
	Kind     redact.Type // of the secret; empty if there is none
	Secret   string      // as it is written, without spaces; empty if there is none
	Language string      // zh or en
	Spoken   bool        // said in words, as speech recognition writes it
	Channel  models.Channel
	Turns    []models.Turn
}

// Interaction returns the case as it comes to the step that masks.
func (c *Case) Interaction(id models.ID) *models.Interaction {
	t := &models.Transcript{Language: c.Language, Grade: models.GradeText, Turns: append([]models.Turn(nil), c.Turns...)}
	if c.Channel == models.Phone {
		t.Grade = models.GradeStereo
	}
	return &models.Interaction{ID: id, Channel: c.Channel, Transcript: t}
}

// Maker makes cases; equal seeds make equal ones.
type Maker struct{ *rand.Rand }

// New returns a Maker.
func New(seed uint64) Maker { return Maker{rand.New(rand.NewPCG(seed, 0x65617273686f74))} }

func (m Maker) pick(from ...string) string { return from[m.IntN(len(from))] }

func (m Maker) chance(percent int) bool { return m.IntN(100) < percent }

// Numbers makes a case whose secret is told by its form or by what it is said
// to be: numbers of cards, identity cards, telephones, accounts and the like.
func (m Maker) Numbers() Case {
	maker := numbers[m.IntN(len(numbers))]
	c := Case{Kind: maker.kind, Language: maker.language, Channel: models.Phone}
	if c.Language == "" {
		c.Language = m.pick("zh", "en")
	}
	c.Secret = maker.make(m)
	lead := m.pick(maker.leads[c.Language]...)
	said := ""
	switch c.Spoken = m.chance(60) && !maker.writtenOnly; {
	case maker.say != nil && c.Spoken:
		said = maker.say(m, c.Secret, c.Language)
	case maker.say != nil:
		said = maker.write(m, c.Secret)
	case c.Spoken:
		c.Turns = m.dictate(lead, c.Secret, c.Language)
		return c
	default:
		said = m.write(c.Secret)
	}
	if !c.Spoken && m.chance(50) {
		c.Channel = models.WebChat
	}
	asked := m.pick(maker.asks[c.Language]...)
	if asked != "" && m.chance(30) {
		c.Turns = []models.Turn{{Party: models.Agent, Text: asked}, {Party: models.Customer, Text: said}}
		return c
	}
	text := lead + said
	if m.chance(30) && c.Language == "zh" {
		text += m.pick("，谢谢", "，帮我查一下", "，对吗")
	} else if m.chance(30) && c.Language == "en" {
		text += m.pick(", thanks", ", can you check that please", ", is that right?")
	}
	c.Turns = []models.Turn{{Party: models.Customer, Text: text}}
	return c
}

// write writes digits in one piece or in groups.
func (m Maker) write(secret string) string {
	switch m.IntN(8) {
	case 0, 1, 2:
		return secret
	case 3:
		return wide(secret)
	}
	return join(m.groups(secret), m.pick(" ", "-", " "))
}

// wide writes digits and letters in their full-width forms.
func wide(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r > ' ' && r < 0x7f {
			out[i] = r + 0xfee0
		}
	}
	return string(out)
}

func join(groups []string, by string) string {
	out := ""
	for i, g := range groups {
		if i > 0 {
			out += by
		}
		out += g
	}
	return out
}

// groups splits digits as people do.
func (m Maker) groups(s string) []string {
	var ways [][]int
	switch len(s) {
	case 18:
		ways = [][]int{{6, 8, 4}, {6, 4, 4, 4}, {3, 3, 4, 4, 4}}
	case 11:
		ways = [][]int{{3, 4, 4}, {3, 8}, {4, 4, 3}, {3, 3, 3, 2}}
	case 10:
		ways = [][]int{{3, 3, 4}, {3, 7}}
	case 9:
		ways = [][]int{{3, 2, 4}}
	case 15:
		ways = [][]int{{4, 6, 5}}
	case 12:
		ways = [][]int{{4, 8}, {4, 4, 4}}
	default:
		var fours []int
		for left := len(s); left > 0; left -= 4 {
			fours = append(fours, min(4, left))
		}
		ways = [][]int{fours}
	}
	var out []string
	for _, n := range ways[m.IntN(len(ways))] {
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

func (m Maker) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(m.IntN(10))
	}
	return string(b)
}

func (m Maker) birthday() string {
	return fmt.Sprintf("%04d%02d%02d", 1945+m.IntN(62), 1+m.IntN(12), 1+m.IntN(28))
}
