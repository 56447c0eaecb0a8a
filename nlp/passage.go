package nlp

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// Passage is a stretch of one turn, of one or more whole clauses.
type Passage struct {
	Turn, From, To int
	Section        string // of a summary: reason, request, detail, action, promise or outcome
}

// passage is a candidate for a summary.
type passage struct {
	sentence *sentence
	first    int // of the clauses of the sentence
	last     int
	from, to int
	runes    int
	ended    bool // with a full stop
	terms    []weighted
	length   float64 // what its worth is weighed against
	weight   *weight // of the sentence
	most     float64 // what its rate is at most: it never grows
}

// longPassage bounds what is taken of one sentence at once, in characters.
const longPassage = 260

// Telling chooses the passages that tell most of a conversation in at most
// budget characters. It
// covers what is worth telling greedily by worth for length, each term once, as
// in budgeted maximum coverage (Lin and Bilmes, Multi-document Summarization
// via Budgeted Maximization of Submodular Functions, 2010); what a term and a
// sentence are worth, see weigh.
func Telling(t *models.Transcript, findings []models.Finding, budget int) []Passage {
	worth := newWorths(t)
	defer worth.release()
	all := sentences(t, worth)
	weights := weigh(t, all, findings, worth)
	candidates := passagesOf(t, all, weights, worth)
	told, promised := slices.Grow(worth.draft.told[:0], worth.keys())[:worth.keys()], promisedIn(findings)
	clear(told)
	worth.draft.told = told
	var chosen []*passage
	take := func(p *passage, cost int) {
		budget -= cost
		chosen = append(chosen, p)
		for _, w := range p.terms {
			told[w.id] = true
		}
		candidates = slices.DeleteFunc(candidates, func(c *passage) bool {
			return c.sentence == p.sentence && c.first <= p.last && p.first <= c.last
		})
	}
	for len(candidates) > 0 {
		var best *passage
		bestRate, bestCost := 0.0, 0
		opening := len(chosen) == 0 && slices.ContainsFunc(candidates, func(c *passage) bool { return c.weight.opening })
		for _, c := range candidates {
			cost := c.cost()
			if opening && !c.weight.opening || cost > budget || c.most <= bestRate {
				continue
			}
			rate := c.gain(told) / c.length
			switch {
			case opening && c.whole() && 3*cost < budget:
				rate += 1000 // what the customer comes for, without a word left out
			case c.keeps(promised) && 2*cost < budget:
				rate += 100
			}
			if c.most = rate; rate > bestRate {
				best, bestRate, bestCost = c, rate, cost
			}
		}
		if best == nil || bestRate < leastRate {
			if opening { // it does not fit: go on without
				for i := range weights {
					weights[i].opening = false
				}
				continue
			}
			break
		}
		take(best, bestCost)
	}
	return joined(chosen)
}

// How worth is weighed against length. These, the worths of terms and the
// factors of sentences were chosen on the dialogues in
// cmd/earshot/testdata/summaries/development.jsonl.
const (
	leastRate    = 0.02 // the least worth for its length that a passage is told for
	lengthPower  = 0.7  // below 1: whole sentences rather than scraps
	centralWorth = 0.4  // more for each natural logarithm of the turns that speak of it
	plainTimes   = 1.3  // plain words of one passage together: times, and to the power of
	plainPower   = 0.8
)

// overhead is the length that any passage costs a reader beside its own.
func overhead(chinese bool) float64 {
	if chinese {
		return 10
	}
	return 24
}

// cost is how many characters p makes the summary longer, what joins it to
// others included.
func (p *passage) cost() int {
	if p.sentence.han || p.ended {
		return p.runes + 1
	}
	return p.runes + 2
}

// lengths holds what costs weigh, Chinese ones second: powers are slow.
var lengths = func() (table [2][longPassage + 3]float64) {
	for cost := range table[0] {
		table[0][cost] = math.Pow(float64(cost)+overhead(false), lengthPower)
		table[1][cost] = math.Pow(float64(cost)+overhead(true), lengthPower)
	}
	return table
}()

// weighedLength returns what the worth of p is weighed against.
func (p *passage) weighedLength() float64 {
	if p.sentence.han {
		return lengths[1][p.cost()]
	}
	return lengths[0][p.cost()]
}

// promisedIn returns where the promises stand.
func promisedIn(findings []models.Finding) []models.Evidence {
	var out []models.Evidence
	for _, f := range findings {
		if f.Kind == "promise.made" && len(f.Evidence) > 0 {
			out = append(out, f.Evidence[0])
		}
	}
	return out
}

// keeps reports whether p tells all of the last promise: what counts is what
// was agreed in the end.
func (p *passage) keeps(promised []models.Evidence) bool {
	if len(promised) == 0 {
		return false
	}
	e := promised[len(promised)-1]
	return e.Turn == p.sentence.turn && p.from <= e.From && e.To <= p.to
}

// whole reports whether p is all of its sentence.
func (p *passage) whole() bool { return p.first == 0 && p.last == len(p.sentence.clauses)-1 }

func (p *passage) gain(told []bool) float64 {
	sum, plain := 0.0, 0.0
	for _, w := range p.terms {
		switch {
		case told[w.id]:
		case w.worth >= worthFew:
			sum += w.worth
		default:
			plain += w.worth
		}
	}
	sum += plainTimes * math.Pow(plain, plainPower)
	gain := sum * p.weight.factor
	if sum > 0 && p.weight.bonus > 0 && p.from <= p.weight.bonusAt && p.weight.bonusAt < p.to {
		gain += p.weight.bonus
	}
	return gain
}

// passagesOf returns every run of clauses of every sentence.
func passagesOf(t *models.Transcript, all []sentence, weights []weight, worth *worths) []*passage {
	const fewest, most = 8, 1024
	memory, out := worth.draft.passages[:0], worth.draft.candidates[:0]
	for i := range all {
		s := &all[i]
		if weights[i].factor <= 0 {
			continue
		}
		text := t.Turns[s.turn].Text
		for first := range s.clauses {
			for last := first; last < len(s.clauses); last++ {
				from, to := trim(text, s.clauses[first][0], s.clauses[last][1])
				if to <= from {
					continue
				}
				runes := utf8.RuneCountInString(text[from:to])
				if runes > longPassage {
					break
				}
				all := worth.of(s.turn, from, to)
				if !weights[i].reason && !substantial(all) {
					continue
				}
				if len(memory) == cap(memory) {
					memory = make([]passage, 0, min(max(fewest, 2*cap(memory)), most))
				}
				memory = append(memory, passage{sentence: s, first: first, last: last, from: from, to: to, runes: runes, weight: &weights[i], most: math.Inf(1),
					terms: all, ended: strings.ContainsRune(fullStops, lastRune(text[from:to]))})
				p := &memory[len(memory)-1]
				p.length = p.weighedLength()
				out = append(out, p)
			}
		}
	}
	worth.draft.passages, worth.draft.candidates = memory, out
	return out
}

// substantial reports whether terms tell anything by themselves: two words, or
// a number and a word.
func substantial(all []weighted) bool {
	n := 0
	for _, w := range all {
		if w.worth > 2*worthCommon { // more than what is said again and again makes of it
			n++
		}
	}
	return n >= 2
}

// joined brings chosen passages that touch together.
func joined(chosen []*passage) []Passage {
	slices.SortFunc(chosen, func(a, b *passage) int {
		return cmp.Or(cmp.Compare(a.sentence.turn, b.sentence.turn), cmp.Compare(a.from, b.from))
	})
	var out []Passage
	var last *passage
	for _, p := range chosen {
		if last != nil && last.sentence == p.sentence && last.last+1 == p.first {
			out[len(out)-1].To = p.to
		} else {
			out = append(out, Passage{Turn: p.sentence.turn, From: p.from, To: p.to, Section: p.weight.section})
		}
		last = p
	}
	return out
}
