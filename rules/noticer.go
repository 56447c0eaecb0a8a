package rules

import (
	"cmp"
	"slices"
	"strings"

	"earshot/models"
)

// found is one thing a source noticed.
type found struct {
	turn       int32
	from, to   int32         // bytes of the turn's text, both stretchByte for the time after it
	when       models.Millis // the time that scopes go by
	start, end models.Millis // of the evidence
	party      party
	group      int32 // of a words operator: which group of synonyms
	confidence float32
	value      float64
	finding    int32 // index of the finding it is, -1 if none
	pending    bool  // it still goes on, and its end and value grow
	later      bool  // its place will be where it ends, here or later
}

func (f *found) at() position { return at(f.turn, f.from) }

// noticer watches a conversation for one kind of thing. It implements the
// interfaces below for what it wants to be told. What it has noticed lies in
// the session, at its own number; it does not change itself.
type noticer any

// Observing is told of each turn, in order, with its index.
type observing interface {
	observe(s *Session, self, turn int)
}

// Closing is told when the conversation is over.
type closing interface {
	close(s *Session, self int)
}

// finding takes findings, by their index in the session.
type takingFindings interface {
	finding(s *Session, self int, index int32)
}

// particular sources take findings of some kinds only, and of kinds below.
type particular interface {
	kindsTaken() []string
}

// mostKinds bounds for how many kinds of findings a session knows who takes them.
const mostKinds = 1024

// concerned returns the sources that take findings of a kind: of many few do.
func (s *Session) concerned(kind string) []listener[takingFindings] {
	if list, ok := s.takers[kind]; ok {
		return list
	}
	if s.takers == nil {
		s.takers = map[string][]listener[takingFindings]{}
	}
	if len(s.takers) >= mostKinds {
		clear(s.takers)
	}
	var list []listener[takingFindings]
	for _, l := range s.set.listeners.findings {
		p, some := l.to.(particular)
		if !some || slices.ContainsFunc(p.kindsTaken(), func(above string) bool { return kindIn(kind, above) }) {
			list = append(list, l)
		}
	}
	s.takers[strings.Clone(kind)] = list
	return list
}

// Advancing is told of time passing without a turn.
type advancing interface {
	advance(s *Session, self int)
}

// Deriving works out its hits from the findings so far, when they are needed.
type deriving interface {
	derive(s *Session, self int)
}

// Deferring puts off looking at turns until it is asked what it noticed, since it
// is slow and often nobody asks.
type deferring interface {
	catchUp(s *Session, self int)
}

// putOff is a turn that a source has not looked at yet.
type putOff struct {
	turn  int32
	parts uint64 // of the source, those that have to look at it
}

// listener is a source that wants to be told of something.
type listener[T any] struct {
	self int
	to   T
}

// listeners holds the sources of a set by what they want to be told.
type listeners struct {
	observing []listener[observing]
	closing   []listener[closing]
	findings  []listener[takingFindings]
	advancing []listener[advancing]
	deriving  []deriving // by source, nil for most
	deferring []deferring
}

func listen(sources []noticer) listeners {
	l := listeners{deriving: make([]deriving, len(sources)), deferring: make([]deferring, len(sources))}
	for i, src := range sources {
		l.observing = listenIf(l.observing, i, src)
		l.closing = listenIf(l.closing, i, src)
		l.findings = listenIf(l.findings, i, src)
		l.advancing = listenIf(l.advancing, i, src)
		l.deriving[i], _ = src.(deriving)
		l.deferring[i], _ = src.(deferring)
	}
	return l
}

func listenIf[T any](list []listener[T], self int, src noticer) []listener[T] {
	if to, ok := src.(T); ok {
		list = append(list, listener[T]{self, to})
	}
	return list
}

// lag says when what a source notices about a turn is known.
type lag uint8

const (
	withTurn  lag = iota // with the turn itself
	withNext             // the time after a turn, with the next turn
	oneBehind            // findings: at the latest with the next turn
	atEnd                // judgements of the whole conversation
)

// hits returns what a source has noticed.
func (s *Session) hits(source int) []found {
	if d := s.set.listeners.deriving[source]; d != nil && s.derived[source] != s.epoch {
		s.derived[source] = s.epoch
		s.noticed[source] = s.noticed[source][:0]
		d.derive(s, source)
	}
	if len(s.putOff[source]) > 0 {
		s.set.listeners.deferring[source].catchUp(s, source)
	}
	return s.noticed[source]
}

// insert adds what a source noticed, in the order of places.
func (s *Session) insert(self int, f found) {
	list := s.noticed[self]
	i := len(list)
	for i > 0 && s.later(&list[i-1], &f) {
		i--
	}
	s.noticed[self] = slices.Insert(list, i, f)
}

// later orders what was noticed by place. Findings of one place come in an
// order that does not depend on when they became known.
func (s *Session) later(a, b *found) bool {
	if a.at() != b.at() {
		return a.at() > b.at()
	}
	if a.finding < 0 || b.finding < 0 {
		return a.when > b.when
	}
	x, y := &s.findings[a.finding], &s.findings[b.finding]
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.to, b.to), strings.Compare(x.Kind, y.Kind),
		strings.Compare(x.Label, y.Label), cmp.Compare(x.Score, y.Score), cmp.Compare(x.Value, y.Value)) > 0
}

// frontier returns the place and the time before which all that a source can
// notice has been noticed.
func (s *Session) frontier(l lag) (position, models.Millis) {
	if s.closed {
		return endOfTime, maxMillis
	}
	n := int32(s.observed)
	switch l {
	case withTurn:
		return at(n, 0), s.now
	case withNext:
		return at(max(0, n-1), stretchByte), min(s.now, s.lastEnd)
	case oneBehind:
		if n == 0 {
			return 0, 0
		}
		return at(n-1, 0), s.turns[n-1].Start
	}
	return 0, 0
}
