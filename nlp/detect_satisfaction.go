package nlp

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/script"
)

func init() {
	register(spec{
		Name:  "satisfaction",
		Order: 4,
		Doc: "A prediction of how satisfied the customer is, once the conversation is over; nobody was asked. It weighs how the customer's turns feel, what he says works or still does not, complains of, puts up with or has to say twice, " +
			"what the agent put off, could not do or did not understand, and whether it came to an end in good order. No, thank you, when asked whether there is anything else, says nothing. The weights were fitted to rated conversations.",
		Kinds: []Kind{{Name: "satisfaction", Doc: "predicted satisfaction; the score is how sure the prediction is", Value: "1, very unsatisfied, to 5, very satisfied",
			Label: "the uncertainty of the value, such as ±0.9; a judgement"}},
		new: func(*data) detector { return &satisfaction{} },
		Finds: []Example{
			{Dialogue: "C: hi\nA: hello\nC: thanks a lot, great service", Kind: "satisfaction"},
			{Dialogue: "C: 手机充不进电\nA: 请您换一根数据线试试\nC: 试过了，还是不行", Kind: "satisfaction"},
		},
		Ignores: []Example{{Dialogue: "A: hello?", Kind: "satisfaction"}},
	})
}

// satisfaction keeps of each turn what the prediction needs.
type satisfaction struct {
	customer []said // but for answers that custom asks for, see isCustom
	agent    []said
}

// said is what is kept of a turn.
type said struct {
	turn    int
	balance float64 // how it feels, -1 to 1
	pairs   []uint64
}

func (s *satisfaction) turn(c *Conversation) {
	i, turn := c.Last()
	if len(c.folded.Runes) == 0 {
		return
	}
	if turn.Party != models.Customer && turn.Party != models.Agent {
		return
	}
	from := len(c.pairs)
	c.pairs = pairs(c.pairs, c.folded.Runes)
	t := said{turn: i, pairs: c.pairs[from:len(c.pairs):len(c.pairs)]}
	if turn.Party == models.Agent {
		s.agent = append(s.agent, t)
		return
	}
	if s.isCustom(c, i) {
		return
	}
	t.balance = c.Feeling().Balance()
	s.customer = append(s.customer, t)
}

// Characters of the longest answer that custom asks for.
const (
	customHan   = 9
	customLatin = 30
)

// isCustom reports whether turn i answers whether there is anything else in few
// words: no, that is all, thanks. Custom asks for that, whatever came before. Who
// answers with a complaint or a question does not answer as custom asks.
func (s *satisfaction) isCustom(c *Conversation, i int) bool {
	n := len(s.agent)
	if n == 0 || len(s.customer) == 0 {
		return false
	}
	most := customLatin
	if slices.ContainsFunc(c.folded.Runes, script.Han) {
		most = customHan
	}
	if len(c.folded.Runes) > most || !c.Said("further_help", models.Agent, s.agent[n-1].turn, i) {
		return false
	}
	feeling := c.Feeling()
	return feeling.Negative <= max(feeling.Neutral, feeling.Positive) && !isQuestion(c.folded.Source) && !c.Said("unsolved", models.Customer, i, i)
}

func (s *satisfaction) close(c *Conversation) {
	if len(s.customer) == 0 {
		return
	}
	value, spread := s.predict(c)
	c.emit(models.Finding{Kind: "satisfaction", Party: models.Customer, Score: round(1 / (1 + spread)), Value: value, Label: "±" + strconv.FormatFloat(spread, 'f', 1, 64),
		Evidence: []models.Evidence{evidenceOf(c.Transcript(), s.customer[len(s.customer)-1].turn)}})
}

// predict returns the predicted satisfaction, 1 to 5, and how far off it may
// well be. What it weighs was chosen by how well the rest of six sets of rated
// conversations tells each, 393 in all, 248 of them real; the weights are least
// squares held towards what we had judged before, rounded.
func (s *satisfaction) predict(c *Conversation) (value, spread float64) {
	n := len(s.customer)
	mean, weights := 0.0, 0.0
	for k, t := range s.customer {
		w := 1.0
		if k == 0 && n > 1 {
			w = 0.4 // the first is about the trouble, not about the service
		}
		mean, weights = mean+w*t.balance, weights+w
	}
	mean /= weights
	ever := func(p models.Party, kinds ...string) float64 { return indicator(c.countOf(p, kinds...) > 0) }
	upTo3 := func(kinds ...string) float64 { return math.Min(3, float64(c.countOf(models.Customer, kinds...))) }

	last := s.customer[n-1].turn
	solved := s.late(c, "solved")
	leaves := indicator(n > 1 && c.Said("unsolved", models.Customer, last, last))
	trouble := ever(models.Customer, "word.threat", "word.abuse", "word.complaint", "word.escalation", "word.churn")
	unable, confused, deferred, again := s.served(c)

	value = 2.75 + 1.3*mean + 0.35*upTo3("emotion.positive") + 0.3*solved + 0.75*ever(models.Agent, "word.further_help") -
		0.3*leaves - 0.4*trouble - 0.3*ever(models.Customer, "complaint.cause") - 0.5*s.late(c, "resigned") -
		0.1*upTo3("word.complaint", "word.grievance", "word.dissatisfied", "word.anger", "word.disappointment") -
		0.25*ever(models.Customer, "word.repeat", "word.grievance") - 0.2*s.repeated() -
		0.7*unable - 0.45*confused - 0.45*deferred - 0.25*again - 0.6*ever(models.Agent, "word.disrespect", "word.abuse")
	if len(s.agent) == 0 {
		value -= 0.6 // nobody answered
	}
	value = math.Round(100*min(5, max(1, value))) / 100
	spread = 1.3 - 0.08*math.Min(float64(n), 5)
	if solved+trouble+leaves > 0 {
		spread -= 0.2
	}
	return value, math.Round(10*spread) / 10
}

// late is 1 where the customer said a phrase of the lexicon category in the last
// two turns, or the last where there are but two, else 0.
func (s *satisfaction) late(c *Conversation, category string) float64 {
	n := len(s.customer)
	from := s.customer[n-1].turn
	if n > 2 {
		from = s.customer[n-2].turn
	}
	return indicator(c.Said(category, models.Customer, from, s.customer[n-1].turn))
}

// served returns of the agent's turns the shares that cannot do what is asked
// for, that do not understand, that put off, and that say again what was said.
func (s *satisfaction) served(c *Conversation) (unable, confused, deferred, again float64) {
	n := float64(max(1, len(s.agent)))
	for k, t := range s.agent {
		unable += indicator(c.Said("unable", models.Agent, t.turn, t.turn)) / n
		confused += indicator(c.Said("confused", models.Agent, t.turn, t.turn)) / n
		later := c.Said("deferred", models.Agent, t.turn, t.turn) && !c.Said("resolved", models.Agent, t.turn, t.turn)
		deferred += indicator(later) / n
		if k > 0 && overlap(s.agent[k-1].pairs, t.pairs) > 0.7 && len(t.pairs) > 3 {
			again += 1 / n
		}
	}
	return unable, confused, deferred, math.Min(1, 1.5*again)
}

// repeated returns how much the customer has to say again, 0 to 1.
func (s *satisfaction) repeated() float64 {
	times := 0.0
	for k := 1; k < len(s.customer); k++ {
		for _, earlier := range s.customer[max(0, k-3):k] {
			if t := s.customer[k]; len(t.pairs) > 2 && overlap(t.pairs, earlier.pairs) > 0.4 {
				times++
				break
			}
		}
	}
	return math.Min(1, times/2)
}

// pairs appends the pairs of characters, in English the words, of what is said,
// as sorted hashes, each once.
func pairs(out []uint64, text []rune) []uint64 {
	before := len(out)
	for i := 0; i < len(text); {
		n := 0
		for i+n < len(text) && (script.Letter(text[i+n]) || text[i+n] == '\'') {
			n++
		}
		if n == 0 {
			i++
			continue
		}
		word := text[i : i+n]
		i += n
		if script.Han(word[0]) {
			for k := 0; k+1 < n; k++ {
				out = append(out, uint64(word[k])<<32|uint64(word[k+1]))
			}
			continue
		}
		size, hash := 0, uint64(14695981039346656037)
		for _, r := range word {
			size += utf8.RuneLen(r)
			hash = (hash ^ uint64(r)) * 1099511628211
		}
		if size > 3 || unicode.IsDigit(word[0]) {
			out = append(out, hash|1<<63)
		}
	}
	slices.Sort(out[before:])
	return out[:before+len(slices.Compact(out[before:]))]
}

// overlap returns the share of the smaller set that the other has, too.
func overlap(a, b []uint64) float64 {
	least := min(len(a), len(b))
	if least == 0 {
		return 0
	}
	same := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			same++
			a, b = a[1:], b[1:]
		}
	}
	return float64(same) / float64(least)
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Satisfaction returns the predicted satisfaction of the customer of a
// conversation, 1 to 5, and how far off it may well be. ok is false where the
// customer said nothing.
func (s *Step) Satisfaction(ctx context.Context, t *models.Transcript) (value, spread float64, ok bool) {
	in := &models.Interaction{Channel: models.WebChat, Transcript: t}
	session := s.Open(ctx, in)
	for i := range t.Turns {
		session.Turn(i)
	}
	session.Close()
	for _, f := range session.findings {
		if f.Kind == "satisfaction" {
			if _, err := fmt.Sscanf(f.Label, "±%f", &spread); err != nil {
				return 0, 0, false
			}
			return f.Value, spread, true
		}
	}
	return 0, 0, false
}
