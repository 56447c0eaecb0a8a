package rules

// needy sources notice nothing in a turn without one of some words.
type needy interface {
	// needles returns for each part of the source the words, folded, of which
	// what it notices holds one; nil for a part: they are not known.
	needles() [][]string
}

// sieve tells, in one pass over a turn, which sources, and which parts of them,
// need not look at it.
type sieve struct {
	automaton automaton
	first     []int  // by source, and one more: its first part
	known     []bool // by part: whether its words are
}

func newSieve(sources []noticer) sieve {
	v := sieve{first: make([]int, len(sources)+1)}
	v.automaton.byKey = map[string]int32{}
	v.automaton.sieve = true
	for i, source := range sources {
		v.first[i] = len(v.known)
		if n, ok := source.(needy); ok {
			for _, words := range n.needles() {
				v.known = append(v.known, v.add(words, len(v.known)))
			}
		}
	}
	v.first[len(sources)] = len(v.known)
	v.automaton.build()
	return v
}

// add adds the words of a part and reports whether they can be looked for.
func (v *sieve) add(words []string, part int) bool {
	for _, w := range words {
		if len(normal(w)) == 0 {
			return false
		}
	}
	for _, w := range words {
		v.automaton.addNeedle(w, part)
	}
	return len(words) > 0
}

// sift notes which parts have to look at a turn.
func (v *sieve) sift(s *Session, turn int) {
	if len(v.automaton.phrases) > 0 {
		v.automaton.search(s, turn)
	}
}

// looks reports whether a part of a source has to look at a turn that was
// sifted.
func (v *sieve) looks(s *Session, source, part, turn int) bool {
	part += v.first[source]
	return !v.known[part] || s.sifted[part] == turn+1
}

// idle reports whether no part of a source has to look at a turn.
func (v *sieve) idle(s *Session, source, turn int) bool {
	first, last := v.first[source], v.first[source+1]
	for part := first; part < last; part++ {
		if !v.known[part] || s.sifted[part] == turn+1 {
			return false
		}
	}
	return first < last
}
