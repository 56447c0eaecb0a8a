package rules

import (
	"reflect"

	"earshot/models"
)

// Of most rules nothing is noticed in most conversations, and then a verdict says
// what it said of another conversation of which nothing was noticed either: only
// the stretches that were searched are new. So that what decided it is not followed
// and worded each time, a session keeps what it said, by what its conditions
// came to.

// routine is what a verdict says where nothing was noticed.
type routine struct {
	came    came
	because string
	looked  []uint8 // the leaves of the rule whose stretches are cited, in order
}

// came is what the leaves of a rule came to, after the language, 1 for Chinese:
// all that a verdict's sentence depends on where nothing was noticed.
type came [16]uint8

// Limits of what is kept.
const (
	maxRoutineLeaves = len(came{}) - 1
	maxRoutines      = 32 // of a rule
)

// quiet is what a leaf came to that noticed nothing.
type quiet struct {
	epoch    uint32
	noticed  bool // it did
	came     uint8
	searched [2]int // where its stretches lie
}

// routineLeaves returns the leaves that decide a rule, those of rules it refers to
// included; nil where others than counted hits do, or too many.
func (set *Set) routineLeaves(id termID, leaves []termID) []termID {
	t := &set.terms[id]
	switch l := t.leaf.(type) {
	case nil:
		for _, child := range t.children {
			if leaves = set.routineLeaves(child, leaves); leaves == nil {
				return nil
			}
		}
		return leaves
	case *ruleHits:
		if !reflect.ValueOf(l.rule.Applies).IsZero() {
			return nil
		}
		return set.routineLeaves(l.rule.root, leaves)
	case *hits:
		if len(leaves) < maxRoutineLeaves {
			return append(leaves, id)
		}
	}
	return nil
}

// routineOf returns what the leaves of a rule came to; ok is false where one
// noticed something, or the rule has others than such leaves.
func (s *Session) routineOf(r *Rule) (c came, ok bool) {
	if r.leaves == nil {
		return c, false
	}
	if s.inLanguage() == "zh" {
		c[0] = 1
	}
	for i, id := range r.leaves {
		q := s.quietLeaf(id)
		if q.noticed {
			return c, false
		}
		c[1+i] = q.came
	}
	return c, true
}

// quietLeaf returns what a leaf came to, worked out once until something changes.
func (s *Session) quietLeaf(id termID) *quiet {
	if s.quiet == nil {
		s.quiet = make([]quiet, len(s.set.terms))
	}
	q := &s.quiet[id]
	if q.epoch == s.epoch {
		return q
	}
	if s.searchedAt != s.epoch {
		s.searchedAt, s.searched = s.epoch, s.searched[:0]
	}
	t := &s.set.terms[id]
	l := t.leaf.(*hits)
	a := s.eval(id)
	windows, more := l.scope.resolve(s, s.getWindows())
	*q = quiet{epoch: s.epoch, came: uint8(a.lo) | uint8(a.hi)<<2}
	if len(windows) > 0 || more || t.op == "finding" { // as for an explanation
		q.noticed = len(s.hits(l.source)) > 0
	}
	q.searched[0] = len(s.searched)
	for k := range windows {
		if w := &windows[k]; !w.unknown {
			if ev, ok := s.stretch(w); ok {
				s.searched = append(s.searched, ev)
			}
		}
	}
	q.searched[1] = len(s.searched)
	if q.searched[0] < q.searched[1] {
		q.came |= 1 << 4
	}
	if len(windows) == 0 && !more {
		q.came |= 1 << 5
	}
	s.putWindows(windows)
	return q
}

// said returns what a verdict said before where the leaves of its rule came to
// the same, nil if there was none.
func (s *Session) said(r *Rule, c came) *routine {
	if s.routines == nil {
		s.routines = make([][]routine, len(s.set.rules))
	}
	for i := range s.routines[r.number] {
		if k := &s.routines[r.number][i]; k.came == c {
			return k
		}
	}
	return nil
}

// repeat completes a verdict with what was said before.
func (s *Session) repeat(r *Rule, v *models.Verdict, k *routine) {
	v.Because = k.because
	w := &s.because
	w.searched = w.searched[:0]
	for _, i := range k.looked {
		q := &s.quiet[r.leaves[i]]
		w.searched = append(w.searched, s.searched[q.searched[0]:q.searched[1]]...)
	}
	s.cite(v, nil, w.searched)
}

// learn keeps what a verdict said.
func (s *Session) learn(r *Rule, c came, said string, looked []termID) {
	if len(s.routines[r.number]) >= maxRoutines {
		return
	}
	k := routine{came: c, because: said}
	for _, id := range looked {
		for i, leaf := range r.leaves {
			if leaf == id {
				k.looked = append(k.looked, uint8(i))
				break
			}
		}
	}
	s.routines[r.number] = append(s.routines[r.number], k)
}
