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
		Doc: "A prediction of how satisfied the customer is, once the conversation is over; nobody was asked. It weighs how the customer feels and above all how he leaves, thanks, what he says works or still does not, " +
			"how long he waited, what he puts up with or has to say twice, what the agent settled, put off, could not do or did not understand, and questions left open. The weights are a judgement, checked on dialogues with ratings, not fitted to them.",
		Kinds: []Kind{{Name: "satisfaction", Doc: "predicted satisfaction; the score is how sure the prediction is", Value: "1, very unsatisfied, to 5, very satisfied",
			Label: "the uncertainty of the value, such as ±0.9; a judgement, too"}},
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
	customer []said
	agent    []said
}

// said is what is kept of a turn.
type said struct {
	turn    int
	balance float64 // how it feels, -1 to 1
	pairs   []uint64
	runes   int
	asks    bool
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
	t := said{turn: i, pairs: c.pairs[from:len(c.pairs):len(c.pairs)], runes: len(c.folded.Runes), asks: asks(c.said())}
	if turn.Party == models.Agent {
		s.agent = append(s.agent, t)
		return
	}
	t.balance = c.Feeling().Balance()
	s.customer = append(s.customer, t)
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
// well be.
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
	last := s.customer[n-1]
	end := s.customer[max(0, n-2)].turn
	if n <= 2 {
		end = last.turn
	}
	late := func(kinds ...string) float64 { return indicator(c.lastOf(models.Customer, kinds...) >= end) }
	ever := func(p models.Party, kinds ...string) float64 { return indicator(c.countOf(p, kinds...) > 0) }

	thanks := late("word.gratitude")
	solved := late("word.solved")
	unsolved := 0.0 // share of the customer's answers that turn down what was said
	for _, t := range s.customer[min(1, n-1):] {
		unsolved += indicator(n > 1 && c.Said("unsolved", models.Customer, t.turn, t.turn)) / float64(max(1, n-1))
	}
	leaves := indicator(n > 1 && c.Said("unsolved", models.Customer, last.turn, last.turn))
	upset := late("emotion.anger", "word.abuse", "word.threat", "word.complaint", "word.churn")
	trouble := ever(models.Customer, "word.threat", "word.abuse", "word.complaint", "word.escalation", "word.churn")

	unable, confused, deferred, informs, again := s.served(c)
	done := ever(models.Agent, "word.resolved")
	resigned := late("word.resigned")
	waited := ever(models.Customer, "word.waited") * (1 - max(thanks, solved))
	// Warm thanks say for what; thanks that are only polite end any talk.
	warm := thanks * math.Min(1, float64(len(last.pairs))/6)
	rude := ever(models.Agent, "word.disrespect", "word.abuse")
	open := 0.0
	switch final := c.Transcript().Turns[c.Len()-1].Party; {
	case final == models.Customer && thanks+solved == 0 && last.asks:
		open = 1
	case final == models.Customer && thanks+solved == 0 && last.runes > 12:
		open = 0.6
	case final == models.Agent && len(s.agent) > 0 && s.agent[len(s.agent)-1].asks && done == 0 && thanks == 0:
		open = 0.5 // what the agent still needs was never said
	}

	value = 3.1 + 0.8*leaving(n, func(k int) float64 { return s.customer[n-1-k].balance }) + 0.5*mean +
		0.5*thanks + 0.3*warm + 0.4*solved + 0.35*done + 0.6*informs -
		0.55*leaves - 0.7*unsolved - 0.5*upset - 0.35*trouble - 0.5*resigned - 0.4*waited -
		0.3*ever(models.Customer, "word.repeat", "word.grievance") - 0.45*s.repeated() -
		0.7*unable - 0.7*confused - 0.5*deferred - 0.5*again - 0.6*rude - 0.4*open - 0.03*math.Min(float64(n-1), 10)
	if len(s.agent) == 0 {
		value -= 0.6 // nobody answered
	}
	value = math.Round(100*min(5, max(1, value))) / 100
	spread = 1.3 - 0.08*math.Min(float64(n), 5)
	if thanks+upset+leaves > 0 {
		spread -= 0.2
	}
	return value, math.Round(10*spread) / 10
}

// leaving returns the feeling the customer leaves with, -1 to 1: that of the
// last three turns, the last most. balance gives that of the turn so many
// before the last, of n.
func leaving(n int, balance func(back int) float64) float64 {
	sum, weights := 0.0, 0.0
	for k := range min(3, n) {
		w := 1 / float64(1+k)
		sum, weights = sum+w*balance(k), weights+w
	}
	if weights == 0 {
		return 0
	}
	return sum / weights
}

// served returns of the agent's turns the shares that cannot do what is asked
// for, that do not understand, that put off, that inform, and that say again
// what was said.
func (s *satisfaction) served(c *Conversation) (unable, confused, deferred, informs, again float64) {
	n := float64(max(1, len(s.agent)))
	for k, t := range s.agent {
		no, what := c.Said("unable", models.Agent, t.turn, t.turn), c.Said("confused", models.Agent, t.turn, t.turn)
		unable += indicator(no) / n
		confused += indicator(what) / n
		later := c.Said("deferred", models.Agent, t.turn, t.turn) && !c.Said("resolved", models.Agent, t.turn, t.turn)
		deferred += indicator(later) / n
		if k > 0 && overlap(s.agent[k-1].pairs, t.pairs) > 0.7 && len(t.pairs) > 3 {
			again += 1 / n
			continue
		}
		if !no && !what && !later {
			// A full answer has some twenty words or characters pairs.
			informs += math.Min(1, float64(len(t.pairs))/20) / n
		}
	}
	return unable, confused, deferred, informs, math.Min(1, 1.5*again)
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
