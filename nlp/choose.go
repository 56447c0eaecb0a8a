package nlp

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"earshot/models"
)

// How what passages tell is weighed against their length. These were chosen on the
// dialogues in cmd/earshot/testdata/summaries/development.jsonl.
const (
	overheadEnglish = 20 // the length that any passage costs a reader beside its own
	overheadChinese = 14
	leastValue      = 0.1  // the fewest facts that a passage is told for
	leastGain       = 0.01 // the fewest facts more that a passage is exchanged for
)

// mostExchanges bounds the time that exchanging takes; mostly there are one or two.
const mostExchanges = 12

// freshness is what is left of the value of a passage by the share of its worth
// that is not told yet: the root, so that a passage is told for little that is new,
// but not twice.
var freshness = func() (table [shares + 1]float64) {
	for i := range table {
		table[i] = math.Sqrt(float64(i) / shares)
	}
	return table
}()

// shares is how many shares freshness tells apart.
const shares = 64

// choice is what is chosen of the candidates for a summary.
type choice struct {
	candidates []*passage
	promised   *models.Evidence // the last promise
	budget     int              // characters
	chosen     []*passage
	sorted     []*passage // memory to work in
	told       []uint8    // by term, how many of the chosen have it
}

// Telling chooses the passages that tell most of a conversation in at most
// budget characters: greedily what is expected to tell most facts for its length,
// as in budgeted maximum coverage (Lin and Bilmes, Multi-document Summarization via
// Budgeted Maximization of Submodular Functions, 2010), then by exchanging one for
// another as long as that tells more. What a clause is expected to tell, see weigh.
func Telling(t *models.Transcript, findings []models.Finding, budget int) []Passage {
	worth := newWorths(t)
	defer worth.release()
	all := sentences(t, worth)
	weights := weigh(t, all, findings, worth)
	d := &worth.draft
	d.told = slices.Grow(d.told[:0], worth.keys())[:worth.keys()]
	clear(d.told)
	c := choice{candidates: passagesOf(t, all, weights, worth), promised: lastPromise(findings), budget: budget, chosen: d.chosen[:0], sorted: d.sorted, told: d.told}
	c.fill()
	for range mostExchanges {
		if !c.exchange() {
			break
		}
	}
	d.chosen, d.sorted = c.chosen, c.sorted
	return joined(t, c.chosen)
}

// fill chooses by what candidates tell for their length, as much as the budget
// holds.
func (c *choice) fill() {
	left := c.budget
	opening := slices.ContainsFunc(c.candidates, func(p *passage) bool { return p.weight.opening })
	for {
		var best *passage
		bestRate := 0.0
		for _, p := range c.candidates {
			if opening && !p.weight.opening || p.cost > left || p.most <= bestRate {
				continue
			}
			rate := p.tells * p.fresh(c.told) / p.length
			switch {
			case opening && p.whole() && 3*p.cost < left:
				rate += 1000 // what the customer comes for, without a clause left out
			case p.keeps(c.promised) && 2*p.cost < left:
				rate += 100
			}
			if p.most = rate; rate > bestRate {
				best, bestRate = p, rate
			}
		}
		switch {
		case best != nil:
			left -= best.cost
			c.take(best)
			for _, p := range c.candidates {
				if p.overlaps(best) {
					p.most = 0
				}
			}
		case !opening:
			spare := c.budget - c.length(nil, nil) - longestJoint
			if spare <= left {
				return
			}
			left = spare
		}
		opening = false // it is told now, or does not fit
	}
}

// exchange puts a candidate among the chosen, in the place of those that it shares
// a clause with and of one more at most: of all ways the one that tells most more.
// It reports whether there is one.
func (c *choice) exchange() bool {
	spare := c.budget - c.length(nil, nil)
	var best, instead *passage
	most := leastGain
	for _, p := range c.candidates {
		p.untold = p.fresh(c.told) == 1
	}
	for i := -1; i < len(c.chosen); i++ {
		var out *passage
		lost, room := 0.0, spare+longestJoint
		if i >= 0 {
			if out = c.chosen[i]; c.keeps(out) {
				continue
			}
			out.tell(c.told, -1)
			lost, room = out.adds(c.told), room+out.cost
		}
		for _, p := range c.candidates {
			s := p.sentence
			if p.alone <= lost+most && (s.parts == 0 || p.atMost <= lost+most) || p.cost > room+s.cost || p == out {
				continue
			}
			gain, fits := p.alone, true
			if s.parts > 0 || !p.untold {
				gain, fits = c.instead(p, out, room)
			}
			if fits && gain-lost > most && c.length(p, out) <= c.budget {
				best, instead, most = p, out, gain-lost
			}
		}
		if out != nil {
			out.tell(c.told, 1)
		}
	}
	if best == nil {
		return false
	}
	c.chosen = slices.DeleteFunc(c.chosen, func(o *passage) bool {
		gone := best.replaces(o, instead)
		if gone {
			o.tell(c.told, -1)
		}
		return gone
	})
	c.take(best)
	return true
}

// replaces reports whether o goes where p is told instead of out.
func (p *passage) replaces(o, out *passage) bool { return o == out || o.overlaps(p) }

func (c *choice) take(p *passage) {
	c.chosen = append(c.chosen, p)
	p.tell(c.told, 1)
}

// keeps reports whether p is told anyway: what the customer comes for, and the last
// promise.
func (c *choice) keeps(p *passage) bool { return p.weight.opening || p.keeps(c.promised) }

// instead returns what p tells more than the chosen that it shares a clause with,
// where out is not told. It fits where it costs no more than room beside them, and
// has all clauses of those that are kept.
func (c *choice) instead(p, out *passage, room int) (gain float64, fits bool) {
	under, parts := c.sorted[:0], p.sentence.parts
	for _, o := range c.chosen {
		if o.sentence != p.sentence || o == out {
			continue
		}
		if parts--; p.last < o.first || o.last < p.first {
			if parts == 0 {
				break
			}
			continue
		}
		if c.keeps(o) && !p.covers(o) {
			return 0, false
		}
		under = append(under, o)
		if room += o.cost; parts == 0 {
			break
		}
	}
	c.sorted = under
	if p.cost > room {
		return 0, false
	}
	for _, o := range under {
		o.tell(c.told, -1)
		gain -= o.adds(c.told)
	}
	gain += p.adds(c.told)
	for _, o := range under {
		o.tell(c.told, 1)
	}
	return gain, true
}

// covers reports whether p has all clauses of o.
func (p *passage) covers(o *passage) bool {
	return p.sentence == o.sentence && p.first <= o.first && o.last <= p.last
}

// length returns the characters of a summary of the chosen; with p, where it is
// not nil, instead of out.
func (c *choice) length(p, out *passage) int {
	c.sorted = append(c.sorted[:0], c.chosen...)
	if p != nil {
		c.sorted = append(slices.DeleteFunc(c.sorted, func(o *passage) bool { return p.replaces(o, out) }), p)
	}
	slices.SortFunc(c.sorted, func(a, b *passage) int {
		return cmp.Or(cmp.Compare(a.weight.order(), b.weight.order()), cmp.Compare(a.sentence.turn, b.sentence.turn), cmp.Compare(a.from, b.from))
	})
	n := 0
	for i, p := range c.sorted {
		n += p.runes
		if i == 0 {
			continue
		}
		before := c.sorted[i-1]
		switch {
		case before.goesOn(p):
			begin := &p.sentence.clauses[p.first]
			n += begin.behind - begin.runes
		case before.weight.section == p.weight.section && before.sentence.party == p.sentence.party:
			n += utf8.RuneCountInString(joint(before.ends, p.sentence.han))
		}
	}
	return n
}

// tell counts the terms of p as told once more, or once less.
func (p *passage) tell(told []uint8, times int) {
	p.sentence.told += float64(times) * p.tells
	p.sentence.parts += times
	p.sentence.cost += times * p.cost
	for _, w := range p.terms {
		told[w.id] += uint8(times)
	}
}

// adds returns the facts that p is expected to tell beyond what is told.
func (p *passage) adds(told []uint8) float64 {
	s := p.sentence
	return p.fresh(told) * (s.telling(s.told+p.tells) - s.telling(s.told))
}

// telling returns the facts that a part of a sentence is expected to tell, whose
// clauses have some of the words of them: a fact seldom stands in one clause, so
// half of the words tell less than half of the facts.
func (s *sentence) telling(words float64) float64 {
	if words <= 0 {
		return 0
	}
	return words * math.Sqrt(words/s.value)
}

// fresh returns what is left of the value of p by the share of its worth that is
// not told yet.
func (p *passage) fresh(told []uint8) float64 {
	fresh := 0.0
	for _, w := range p.terms {
		if told[w.id] == 0 {
			fresh += w.worth
		}
	}
	if fresh == p.worth {
		return 1
	}
	return freshness[int(math.Round(shares*fresh/p.worth))]
}
