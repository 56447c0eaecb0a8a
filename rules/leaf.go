package rules

import (
	"math"

	"earshot/models"
)

// hits is the leaf of every operator that counts what a source noticed in a
// scope.
type hits struct {
	source int
	lag    lag
	scope  *scope
	count  bound
	groups int  // > 0: how many different groups are wanted rather than how many hits
	same   bool // the groups have to meet in one turn
	total  bool // count bounds the sum of the values, not their number
	value  bound
	plain  bool // a hit says nothing that a reader would want quoted
	speech bool // what is looked for is words, so unintelligible speech may hide it
}

// anyValue is the bound that all values satisfy.
var anyValue = bound{lo: math.Inf(-1), hi: math.Inf(1)}

// takes reports whether a hit is of the kind the leaf looks for.
func (l *hits) takes(f *found) bool {
	if f.pending && !l.value.unlimited() {
		return false
	}
	return (f.party&l.scope.parties != 0 || f.party == unknownBit || f.party == 0 && l.scope.parties == everybody) && l.value.has(f.value)
}

// doubtful reports whether a hit may be none.
func (l *hits) doubtful(f *found) bool {
	return f.confidence < float32(l.scope.floor.Confidence) || f.party == unknownBit && l.scope.parties&unknownBit == 0
}

func (l *hits) eval(s *Session) answer {
	if l.scope.isWhole() {
		return l.inWindow(s, &whole)
	}
	return l.scope.over(s, func(w *window) answer { return l.inWindow(s, w) })
}

// over combines what a leaf says of each window of the scope.
func (sc *scope) over(s *Session, in func(*window) answer) answer {
	list, more := sc.resolve(s, s.getWindows())
	each := sc.which.kind == whichEach
	a := decided(each)
	if more {
		a = open
	}
	for i := range list {
		w := &list[i]
		b := in(w).doubt(w, each)
		if each {
			a = a.and(b)
		} else {
			a = a.or(b)
		}
	}
	s.putWindows(list)
	return a
}

// doubt returns what an answer becomes if its window is in doubt. A window
// that may not exist gives miss if it does not, and does not count where each
// window has to hit.
func (a answer) doubt(w *window, each bool) answer {
	switch {
	case w.doubt == noDoubt:
		return a
	case w.doubt == maybeElse:
		return isUnsure
	case each:
		return answer{max(a.lo, unsure), max(a.hi, unsure)}
	case w.unsettled:
		return answer{min(a.lo, unsure), unsure}
	}
	return answer{min(a.lo, unsure), min(a.hi, unsure)}
}

// complete reports whether everything in w has been noticed.
func (s *Session) complete(w *window, l lag) bool {
	if s.closed {
		return true
	}
	if w.unknown {
		return false
	}
	p, t := s.frontier(l)
	return w.hi <= p || w.thi <= t || w.lo >= w.hi
}

func (l *hits) inWindow(s *Session, w *window) answer {
	if w.unknown {
		return open
	}
	complete := s.complete(w, l.lag)
	sureOf, maybe := 0, 0
	var sum, maybeSum float64
	var seen, maybeSeen groupSet
	list := s.hits(l.source)
	for i := range list {
		f := &list[i]
		if !w.has(f) || !l.takes(f) {
			continue
		}
		if l.doubtful(f) {
			maybe++
			maybeSum += f.value
			maybeSeen.add(f)
		} else {
			sureOf++
			sum += f.value
			seen.add(f)
		}
	}
	var a answer
	unclear := complete && l.speech && s.unclear && l.unclear(s, w)
	switch {
	case l.scope.every:
		return l.inEvery(s, w, complete)
	case l.groups > 0 && l.same:
		a = l.meet(s, w, complete, unclear)
	case l.groups > 0:
		a = tally(l.count, seen.size(), maybeSeen.without(&seen), complete, unclear)
	case l.total:
		a = tallySum(l.count, sum, maybeSum, complete)
	default:
		a = tally(l.count, sureOf, maybe, complete, unclear)
	}
	return a
}

// inEvery judges whether each turn in w has a hit.
func (l *hits) inEvery(s *Session, w *window, complete bool) answer {
	a, some := isHit, false
	list := s.hits(l.source)
	frontier, _ := s.frontier(l.lag)
	next := 0
	for i := max(0, int(w.lo.turn())); i < s.observed; i++ {
		t := &s.turns[i]
		if p := at(int32(i), 0); p < w.lo || p >= w.hi || t.Start < w.tlo || t.Start >= w.thi {
			continue
		}
		who := s.facts[i].party
		if who&(l.scope.parties|unknownBit) == 0 {
			continue
		}
		some = true
		b := open
		if at(int32(i)+1, 0) <= frontier {
			b = isMiss
			if l.speech && s.facts[i].unclear && s.below(t, l.scope.floor.Confidence) {
				b = isUnsure
			}
		}
		for ; next < len(list) && list[next].turn <= int32(i); next++ {
			if f := &list[next]; f.turn == int32(i) && w.has(f) && l.takes(f) {
				if !l.doubtful(f) {
					b = isHit
				} else if b != isHit {
					b = answer{unsure, max(b.hi, unsure)}
				}
			}
		}
		if who == unknownBit && l.scope.parties&unknownBit == 0 {
			b = b.or(isUnsure) // it may not be the party's turn at all
		}
		a = a.and(b)
	}
	if !complete {
		a.lo = miss
	} else if !some {
		return isMiss
	}
	return a
}

// meet judges how many groups come together in one turn.
func (l *hits) meet(s *Session, w *window, complete, unclear bool) answer {
	best, bestMaybe := 0, 0
	list := s.hits(l.source)
	for i := 0; i < len(list); {
		turn := list[i].turn
		var sureOf, maybe groupSet
		for ; i < len(list) && list[i].turn == turn; i++ {
			f := &list[i]
			if !w.has(f) || !l.takes(f) {
				continue
			}
			if l.doubtful(f) {
				maybe.add(f)
			} else {
				sureOf.add(f)
			}
		}
		n := sureOf.size()
		best = max(best, n)
		bestMaybe = max(bestMaybe, n+maybe.without(&sureOf))
	}
	return tally(l.count, best, max(0, bestMaybe-best), complete, unclear)
}

// tallySum is tally for a sum of values that are never negative.
func tallySum(want bound, sum, maybe float64, complete bool) answer {
	switch {
	case want.above(sum):
		return isMiss
	case want.has(sum) && want.unlimited():
		return isHit
	case !complete && want.unlimited() && want.has(sum+maybe):
		return answer{unsure, hit}
	case !complete:
		return open
	case want.has(sum) && want.has(sum+maybe):
		return isHit
	case want.has(sum) || want.has(sum+maybe) || sum < want.lo && want.above(sum+maybe):
		return isUnsure
	}
	return isMiss
}

// unclear reports whether so much of what was searched could not be
// understood that what was not found may still have been said.
func (l *hits) unclear(s *Session, w *window) bool {
	heard, lost := models.Millis(0), models.Millis(0)
	from, to := max(0, int(w.lo.turn())), s.observed
	if t := int(w.hi.turn()); t+1 < to {
		to = t + 1
	}
	for i := from; i < to; i++ {
		f := &s.facts[i]
		if f.party&(l.scope.parties|unknownBit) == 0 {
			continue
		}
		t := &s.turns[i]
		if t.End <= w.tlo || t.Start >= w.thi || at(int32(i), 0) >= w.hi {
			continue
		}
		long := max(1, t.End-t.Start)
		heard += long
		if f.unclear && s.below(t, l.scope.floor.Confidence) || f.party == unknownBit && l.scope.parties&unknownBit == 0 {
			lost += long
		}
	}
	return heard > 0 && float64(lost) > l.scope.floor.Unclear*float64(heard)
}

// below reports whether a turn that some rule finds unclear is so for a floor.
func (s *Session) below(t *models.Turn, floor float64) bool {
	return t.Confidence == 0 || t.Confidence < floor || t.NoSpeech > 0.6
}

// groupSet is a set of group numbers.
type groupSet struct{ bits [4]uint64 }

const maxGroups = 256

func (g *groupSet) add(f *found) {
	if f.group >= 0 && f.group < maxGroups {
		g.bits[f.group>>6] |= 1 << (f.group & 63)
	}
}

func (g *groupSet) size() int {
	n := 0
	for _, b := range g.bits {
		for ; b != 0; b &= b - 1 {
			n++
		}
	}
	return n
}

// without counts the groups of g that are not in other.
func (g *groupSet) without(other *groupSet) int {
	d := groupSet{}
	for i := range g.bits {
		d.bits[i] = g.bits[i] &^ other.bits[i]
	}
	return d.size()
}

// simple reports whether one sure hit makes the leaf hit and nothing unmakes it.
func (l *hits) simple() bool {
	return l.groups == 0 && !l.total && l.count == atLeast(1) && l.scope.which.kind != whichEach
}

// places appends the hits in scope. A leaf that wants more than one hit has
// places only once it has them all.
func (l *hits) places(s *Session, out []place) ([]place, position) {
	doubt := false
	if !l.simple() {
		a := l.eval(s)
		if !a.certain() {
			return out, 0
		}
		if a == isMiss {
			return out, endOfTime
		}
		doubt = a == isUnsure
	}
	windows, more := l.scope.resolve(s, s.getWindows())
	frontier, _ := s.frontier(l.lag)
	if more {
		frontier = 0
	} else if l.allComplete(s, windows) {
		frontier = endOfTime
	}
	list := s.hits(l.source)
	for i := range list {
		f := &list[i]
		if !l.takes(f) {
			continue
		}
		for k := range windows {
			w := &windows[k]
			if w.unknown || w.unsettled {
				frontier = min(frontier, f.at()) // it may still count or not
			} else if w.has(f) {
				p := f.place()
				p.doubtful = doubt || w.doubt != noDoubt || l.doubtful(f)
				out = append(out, p)
				break
			}
		}
	}
	s.putWindows(windows)
	return out, frontier
}

func (l *hits) allComplete(s *Session, list []window) bool {
	for i := range list {
		if !s.complete(&list[i], l.lag) {
			return false
		}
	}
	return true
}

func (f *found) place() place {
	return place{from: f.at(), to: at(f.turn, f.to), start: f.when, end: f.end}
}
