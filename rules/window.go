package rules

import (
	"earshot/models"
)

type relation uint8

const (
	anywhere relation = iota
	after
	before
	around
	between
)

// scope is a Scope ready for use.
type scope struct {
	parties          party
	counted          party // whose turns "3 turns" counts
	from, to         *Span
	relation         relation
	anchorA, anchorB termID
	within           *Span
	which            Which
	every            bool
	floor            Floor
}

// window is a stretch of a conversation: the places from lo up to hi, hi not
// included, that also begin at or after tlo and before thi.
type window struct {
	lo, hi    position
	tlo, thi  models.Millis
	unknown   bool // where it lies is not known yet
	doubt     doubt
	unsettled bool // the doubt may still grow
}

// doubt says what it means for a window that its anchor is unsure.
type doubt uint8

const (
	noDoubt   doubt = iota
	maybeNone       // the anchor, and so the window, may not exist
	maybeElse       // another anchor may be meant, and so another window
)

func (w *window) has(f *found) bool {
	p := f.at()
	if f.later && (w.hi < endOfTime || w.thi < maxMillis) {
		return false
	}
	return p >= w.lo && p < w.hi && f.when >= w.tlo && f.when < w.thi
}

func (w *window) empty() bool { return w.lo >= w.hi || w.tlo >= w.thi }

// whole is the window of a whole conversation.
var whole = window{lo: 0, hi: endOfTime, tlo: -1, thi: maxMillis}

// isWhole reports whether the scope is always the whole conversation.
func (sc *scope) isWhole() bool { return sc.relation == anywhere && sc.from == nil && sc.to == nil }

// cut cuts a whole window down to what lies between from and to.
func (sc *scope) cut(s *Session, w *window) {
	for i, span := range [...]*Span{sc.from, sc.to} {
		if span == nil {
			continue
		}
		if (span.back || span.unit == inPercent) && !s.closed {
			w.unknown = true
			continue
		}
		switch span.unit {
		case inTurns:
			p, ok := sc.turnPlace(s, span, i == 1)
			switch {
			case i == 0 && ok:
				w.lo = p
			case i == 0:
				w.lo, w.unknown = endOfTime, !s.closed
			case ok:
				w.hi = p
			case span.back:
				w.hi = 0
			}
		default:
			t := span.time
			if span.unit == inPercent {
				t = models.Millis(float64(s.lastEnd-s.origin) * span.share)
			}
			t += s.origin
			if span.back {
				t = s.lastEnd - (t - s.origin)
			}
			if !s.started {
				t = maxMillis // no clock yet: nothing has begun
			}
			if i == 0 {
				w.tlo = t
			} else {
				w.thi = t
			}
		}
	}
}

// turnPlace returns the place where the counted turns that span skips end.
// As the end of a scope, N turns include the N-th; as its beginning, they
// leave it out. Counted from the end, both name the place where the N-th last
// turn begins. ok is false if there are not that many turns.
func (sc *scope) turnPlace(s *Session, span *Span, end bool) (p position, ok bool) {
	n := sc.turns(s)
	if span.back {
		if span.turns > n {
			return 0, !end
		}
		return at(sc.turnAt(s, n-span.turns), 0), true
	}
	if span.turns > n {
		return 0, false
	}
	return at(sc.turnAt(s, span.turns-1)+1, 0), true
}

// turns returns how many turns are counted so far.
func (sc *scope) turns(s *Session) int {
	if i := sc.counted.index(); i >= 0 {
		return len(s.byParty[i])
	}
	return s.observed
}

func (sc *scope) turnAt(s *Session, i int) int32 {
	if k := sc.counted.index(); k >= 0 {
		return s.byParty[k][i]
	}
	return int32(i)
}

// index returns the number of a single party, -1 for several.
func (p party) index() int {
	switch p {
	case agentBit:
		return 0
	case customerBit:
		return 1
	case systemBit:
		return 2
	case unknownBit:
		return 3
	}
	return -1
}

// resolve appends the windows of the scope to list. more says that there may
// be more windows, or other ones, as the conversation goes on.
func (sc *scope) resolve(s *Session, list []window) (out []window, more bool) {
	list = append(list, whole)
	last := len(list) - 1
	sc.cut(s, &list[last])
	if sc.relation == anywhere {
		return list, false
	}
	w := list[last]
	list = list[:last]
	anchors, frontier := s.places(sc.anchorA, s.getPlaces())
	final := frontier == endOfTime
	settled := 0
	for settled < len(anchors) && anchors[settled].from < frontier {
		settled++
	}
	more = !final
	switch sc.which.kind {
	case whichAny, whichEach:
		for i := range settled {
			list = append(list, sc.near(s, w, &anchors[i], maybeNone))
		}
	case whichLast:
		if n := len(anchors); final && n > 0 {
			alternative := maybeNone
			if n > 1 {
				alternative = maybeElse
			}
			list = append(list, sc.near(s, w, &anchors[n-1], alternative))
		}
	default:
		n := sc.which.nth
		if n > settled {
			break
		}
		more = false
		alternative := maybeNone
		if len(anchors) > n {
			alternative = maybeElse
		}
		v := sc.near(s, w, &anchors[n-1], alternative)
		for i := range n {
			if anchors[i].doubtful {
				v.doubt = max(v.doubt, alternative)
				v.unsettled = !final && alternative == maybeNone
			}
		}
		list = append(list, v)
	}
	s.putPlaces(anchors)
	return list, more
}

// near narrows w to what lies in the scope's relation to an anchor. A doubtful
// anchor makes the window doubtful in the way given.
func (sc *scope) near(s *Session, w window, a *place, alternative doubt) window {
	if a.doubtful {
		w.doubt = alternative
	}
	switch sc.relation {
	case after:
		w.lo = max(w.lo, a.to)
		sc.limitAfter(s, &w, a)
	case before:
		w.hi = min(w.hi, a.from)
		sc.limitBefore(s, &w, a)
	case around:
		sc.limitAfter(s, &w, a)
		sc.limitBefore(s, &w, a)
	case between:
		w.lo = max(w.lo, a.to)
		ends, frontier := s.places(sc.anchorB, s.getPlaces())
		found := false
		for _, e := range ends {
			if e.from < a.to {
				continue
			}
			if found = e.from < frontier; found {
				w.hi = min(w.hi, e.from)
				if e.doubtful {
					w.doubt = maybeElse
				}
			}
			break
		}
		if !found && frontier != endOfTime {
			w.unknown = true
		}
		s.putPlaces(ends)
	}
	return w
}

// limitAfter ends w at the scope's distance after an anchor.
func (sc *scope) limitAfter(s *Session, w *window, a *place) {
	if sc.within == nil {
		return
	}
	if sc.within.unit == inTime {
		w.thi = min(w.thi, a.end+sc.within.time+1)
		return
	}
	if sc.within.none() {
		w.hi = min(w.hi, at(a.to.turn()+1, 0))
		return
	}
	i := sc.countUpTo(s, a.to.turn()) + sc.within.turns - 1
	if i < sc.turns(s) {
		w.hi = min(w.hi, at(sc.turnAt(s, i)+1, 0))
	}
}

// limitBefore begins w at the scope's distance before an anchor.
func (sc *scope) limitBefore(s *Session, w *window, a *place) {
	if sc.within == nil {
		return
	}
	if sc.within.unit == inTime {
		w.tlo = max(w.tlo, a.start-sc.within.time)
		return
	}
	turn := a.from.turn()
	if sc.within.none() {
		w.lo = max(w.lo, at(turn, 0))
		return
	}
	i := sc.countUpTo(s, turn)
	if i > 0 && sc.turnAt(s, i-1) == turn {
		i--
	}
	if i -= sc.within.turns; i > 0 {
		w.lo = max(w.lo, at(sc.turnAt(s, i), 0))
	}
}

// countUpTo returns how many counted turns there are up to a turn, it included.
func (sc *scope) countUpTo(s *Session, turn int32) int {
	k := sc.counted.index()
	if k < 0 {
		return min(int(turn)+1, s.observed)
	}
	lo, hi := 0, len(s.byParty[k])
	for lo < hi {
		mid := (lo + hi) / 2
		if s.byParty[k][mid] <= turn {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
