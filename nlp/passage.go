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
	Text           string // of it, without what it can be told without
	Section        string // of a summary: reason, request, detail, action, promise or outcome
	han            bool
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
	tells       float64 // the facts that its clauses are expected to tell
	alone       float64 // the same, where nothing else of its sentence is told, nor its terms
	atMost      float64 // the same, where the rest of its sentence is told, which is when it tells most
	untold      bool    // none of its terms is told
	length      float64 // what its value is weighed against
	most        float64 // what its rate is at most; 0: it shares a clause with a chosen one
	runes       int     // characters that are told of it
	ends        string  // its last character
}

// longPassage bounds what is taken of one sentence at once, in characters.
const longPassage = 260

// overlaps reports whether p and o share a clause.
func (p *passage) overlaps(o *passage) bool {
	return o.sentence == p.sentence && o.first <= p.last && p.first <= o.last
}

// longestJoint is how many characters stand between two passages at most.
const longestJoint = 2

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

// passagesOf returns what can be told of every sentence.
func passagesOf(t *models.Transcript, all []sentence, weights []weight, worth *worths) []*passage {
	memory := worth.draft.passages[:0]
	for i := range all {
		s := &all[i]
		if weights[i].out {
			continue
		}
		for k := range s.clauses {
			s.value += s.clauses[k].value
		}
		for first := range s.clauses {
			if s.clauses[first].leans {
				continue
			}
			p := passage{sentence: s, weight: &weights[i], first: first, from: s.clauses[first].from, most: math.Inf(1)}
			for p.last = first; p.last < len(s.clauses); p.last++ {
				c := &s.clauses[p.last]
				p.tells += c.value
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
	if p.tells < leastValue {
		return false
	}
	clauses := p.sentence.clauses
	p.runes = clauses[p.first].runes
	for i := p.first + 1; i <= p.last; i++ {
		p.runes += clauses[i].behind
	}
	text := t.Turns[p.sentence.turn].Text[p.from:p.to]
	p.terms = p.sentence.termsOf(p.first, p.last)
	if p.runes > longPassage || !p.weight.reason && !substantial(p.terms) || isCode(text) {
		return false
	}
	p.worth, p.alone = 0, p.sentence.telling(p.tells)
	p.atMost = p.sentence.telling(p.sentence.value) - p.sentence.telling(p.sentence.value-p.tells)
	for _, w := range p.terms {
		p.worth += w.worth
	}
	p.cost = p.runes + longestJoint
	_, size := utf8.DecodeLastRuneInString(text)
	p.ends = text[len(text)-size:]
	if p.sentence.han || strings.Contains(fullStops, p.ends) {
		p.cost--
	}
	p.length = float64(p.cost + overheadEnglish)
	if p.sentence.han {
		p.length = float64(p.cost + overheadChinese)
	}
	return true
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
func joined(t *models.Transcript, chosen []*passage) []Passage {
	slices.SortFunc(chosen, func(a, b *passage) int {
		return cmp.Or(cmp.Compare(a.sentence.turn, b.sentence.turn), cmp.Compare(a.from, b.from))
	})
	var out []Passage
	var text []byte
	for i := 0; i < len(chosen); {
		p := *chosen[i]
		for i++; i < len(chosen) && p.goesOn(chosen[i]); i++ {
			p.last, p.to = chosen[i].last, chosen[i].to
		}
		text = p.write(text[:0], t)
		out = append(out, Passage{Turn: p.sentence.turn, From: p.from, To: p.to, Text: string(text), Section: p.weight.section, han: p.sentence.han})
	}
	return out
}

// goesOn reports whether o goes on where p ends, and is told no longer that way.
func (p *passage) goesOn(o *passage) bool {
	if o.sentence != p.sentence || p.last+1 != o.first {
		return false
	}
	c := &o.sentence.clauses[o.first]
	return c.behind <= c.runes+1
}

// write appends what is told of p.
func (p *passage) write(out []byte, t *models.Transcript) []byte {
	text, clauses := t.Turns[p.sentence.turn].Text, p.sentence.clauses
	out = clauses[p.first].write(out, text, p.from)
	for i := p.first + 1; i <= p.last; i++ {
		c := &clauses[i]
		out = append(out, text[c.join:c.begin]...)
		out = c.write(out, text, c.begin)
	}
	return out
}
