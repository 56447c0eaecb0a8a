package rules

// nthValue is the leaf of an operator that judges the value of one hit: the
// first in scope.
type nthValue struct {
	source int
	lag    lag
	scope  *scope
	want   bound
}

func (l *nthValue) eval(s *Session) answer {
	return l.scope.over(s, func(w *window) answer {
		if w.unknown {
			return open
		}
		frontier, _ := s.frontier(l.lag)
		list := s.hits(l.source)
		for i := range list {
			f := &list[i]
			if !w.has(f) || f.party&l.scope.parties == 0 {
				continue
			}
			switch {
			case !f.pending && (s.closed || f.at() < frontier):
				return decided(l.want.has(f.value))
			case l.want.unlimited() && l.want.has(f.value): // it can only grow
				return isHit
			case l.want.above(f.value):
				return isMiss
			}
			return open
		}
		if s.closed || s.complete(w, l.lag) {
			return isMiss
		}
		return open
	})
}

// average is the leaf of an operator that judges the mean of the values in
// scope. It is certain once no value can be added.
type average struct {
	source int
	lag    lag
	scope  *scope
	want   bound
	format func(float64) string // of the mean; nil: as a time
}

func (l *average) eval(s *Session) answer {
	return l.scope.over(s, func(w *window) answer {
		if !s.complete(w, l.lag) {
			return open
		}
		mean, n := l.mean(s, w)
		return decided(n > 0 && l.want.has(mean))
	})
}

func (l *average) mean(s *Session, w *window) (mean float64, n int) {
	sum := 0.0
	list := s.hits(l.source)
	for i := range list {
		f := &list[i]
		if w.has(f) && f.party&l.scope.parties != 0 && !f.pending {
			sum += f.value
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return sum / float64(n), n
}
