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

// passage is a candidate for a summary: clauses of a sentence that follow each
// other.
type passage struct {
	sentence    *sentence
	weight      *weight // of the sentence
	first, last int     // of the clauses of the sentence
	from, to    int
	cost        int // how many characters it makes the summary longer at most
	terms       []weighted
	worth       float64 // of the terms
	value       float64 // the facts that it is expected to tell
	length      float64 // what its value is weighed against
	most        float64 // what its rate is at most
}

// longPassage bounds what is taken of one sentence at once, in characters.
const longPassage = 260

// Telling chooses the passages that tell most of a conversation in at most
// budget characters. It takes greedily what is expected to tell most facts for its
// length, as in budgeted maximum coverage (Lin and Bilmes, Multi-document
// Summarization via Budgeted Maximization of Submodular Functions, 2010); what a
// clause is expected to tell, see weigh.
func Telling(t *models.Transcript, findings []models.Finding, budget int) []Passage {
	worth := newWorths(t)
	defer worth.release()
	all := sentences(t, worth)
	weights := weigh(t, all, findings, worth)
	candidates := passagesOf(t, all, weights, worth)
	told, promised := slices.Grow(worth.draft.told[:0], worth.keys())[:worth.keys()], lastPromise(findings)
	clear(told)
	worth.draft.told = told
	var chosen []*passage
	left := budget
	opening := slices.ContainsFunc(candidates, func(c *passage) bool { return c.weight.opening })
	for {
		var best *passage
		bestRate := 0.0
		for _, c := range candidates {
			if opening && !c.weight.opening || c.cost > left || c.most <= bestRate {
				continue
			}
			rate := c.gain(told) / c.length
			switch {
			case opening && c.whole() && 3*c.cost < left:
				rate += 1000 // what the customer comes for, without a clause left out
			case c.keeps(promised) && 2*c.cost < left:
				rate += 100
			}
			if c.most = rate; rate > bestRate {
				best, bestRate = c, rate
			}
		}
		switch {
		case best != nil:
			left -= best.cost
			chosen = append(chosen, best)
			for _, w := range best.terms {
				told[w.id] = true
			}
			candidates = slices.DeleteFunc(candidates, best.overlaps)
		case !opening:
			spare := budget - lengthOf(t, chosen) - longestJoint
			if spare <= left {
				return joined(chosen)
			}
			left = spare
		}
		opening = false // it is told now, or does not fit
	}
}

// overlaps reports whether p and o share a clause.
func (p *passage) overlaps(o *passage) bool {
	return o.sentence == p.sentence && o.first <= p.last && p.first <= o.last
}

// longestJoint is how many characters stand between two passages at most.
const longestJoint = 2

// lengthOf returns the characters of a summary of chosen.
func lengthOf(t *models.Transcript, chosen []*passage) int {
	n := 0
	for _, s := range statements(t, joined(chosen)) {
		n += utf8.RuneCountInString(s.Text)
	}
	return n
}

// How value is weighed against length. These were chosen on the dialogues in
// cmd/earshot/testdata/summaries/development.jsonl.
const (
	overheadEnglish = 35 // the length that any passage costs a reader beside its own
	overheadChinese = 14
	wholeTimes      = 1.1  // of the value of a sentence with all its clauses
	leastValue      = 0.15 // the fewest facts that a passage is told for
	freshPower      = 0.2  // of the share of its worth that is not told yet: 0 would tell it twice
)

// freshness is what is left of the value of a passage by the share of it that is
// not told yet.
var freshness = func() (table [shares + 1]float64) {
	for i := range table {
		table[i] = math.Pow(float64(i)/shares, freshPower)
	}
	return table
}()

// shares is how many shares freshness tells apart.
const shares = 64

// lastPromise returns where the last promise stands: what counts is what was
// agreed in the end. It is nil where there is none.
func lastPromise(findings []models.Finding) *models.Evidence {
	for i := len(findings) - 1; i >= 0; i-- {
		if f := &findings[i]; f.Kind == "promise.made" && len(f.Evidence) > 0 {
			return &f.Evidence[0]
		}
	}
	return nil
}

// keeps reports whether p tells all of a promise, but for what can be left out
// before and behind it.
func (p *passage) keeps(promise *models.Evidence) bool {
	if promise == nil || promise.Turn != p.sentence.turn || p.to <= promise.From || promise.To <= p.from {
		return false
	}
	clauses := p.sentence.clauses
	return (p.first == 0 || clauses[p.first-1].to <= promise.From) && (p.last == len(clauses)-1 || promise.To <= clauses[p.last+1].from)
}

// whole reports whether p is all of its sentence.
func (p *passage) whole() bool { return p.first == 0 && p.last == len(p.sentence.clauses)-1 }

// gain returns the facts that p is expected to tell beyond what is told.
func (p *passage) gain(told []bool) float64 {
	fresh := 0.0
	for _, w := range p.terms {
		if !told[w.id] {
			fresh += w.worth
		}
	}
	if fresh == p.worth {
		return p.value
	}
	return p.value * freshness[int(math.Round(shares*fresh/p.worth))]
}

// passagesOf returns what can be told of every sentence.
func passagesOf(t *models.Transcript, all []sentence, weights []weight, worth *worths) []*passage {
	memory := worth.draft.passages[:0]
	for i := range all {
		s := &all[i]
		if weights[i].out {
			continue
		}
		for first := range s.clauses {
			if s.clauses[first].leans {
				continue
			}
			p := passage{sentence: s, weight: &weights[i], first: first, from: s.clauses[first].from, most: math.Inf(1)}
			for p.last = first; p.last < len(s.clauses); p.last++ {
				c := &s.clauses[p.last]
				p.value += c.value
				p.to = c.to
				if (!c.holds || p.last == len(s.clauses)-1) && p.measure(t) {
					memory = append(memory, p)
				}
			}
		}
	}
	out := worth.draft.candidates[:0]
	for i := range memory {
		out = append(out, &memory[i])
	}
	worth.draft.passages, worth.draft.candidates = memory, out
	return out
}

// measure works out what p costs and is worth, and reports whether it may be told.
func (p *passage) measure(t *models.Transcript) bool {
	text := t.Turns[p.sentence.turn].Text[p.from:p.to]
	runes := utf8.RuneCountInString(text)
	p.terms = p.sentence.termsOf(p.first, p.last)
	if runes > longPassage || !p.weight.reason && !substantial(p.terms) || isCode(text) {
		return false
	}
	p.worth = 0
	for _, w := range p.terms {
		p.worth += w.worth
	}
	if p.whole() {
		p.value *= wholeTimes
	}
	p.cost = runes + longestJoint
	if p.sentence.han || strings.ContainsRune(fullStops, lastRune(text)) {
		p.cost--
	}
	p.length = float64(p.cost + overheadEnglish)
	if p.sentence.han {
		p.length = float64(p.cost + overheadChinese)
	}
	return p.value >= leastValue
}

// substantial reports whether terms tell anything by themselves: two words, or
// a number and a word.
func substantial(all []weighted) bool {
	n := 0
	for _, w := range all {
		if w.worth > 2*worthCommon {
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
		if last != nil && last.sentence == p.sentence && last.last+1 == p.first && p.from-last.to <= len("，") {
			out[len(out)-1].To = p.to
		} else {
			out = append(out, Passage{Turn: p.sentence.turn, From: p.from, To: p.to, Section: p.weight.section})
		}
		last = p
	}
	return out
}
