package rootcause

import (
	"slices"
	"time"
)

// How long a burst must not be seen until it counts as over: what is named like
// it is a new burst then, and later all is.
const (
	namedAgain = 12 * time.Hour
	quiet      = 24 * time.Hour
)

// Watch follows bursts from check to check, so that each is told of once.
type Watch struct {
	open []*spell
}

// spell is a burst over time.
type spell struct {
	series   []Series
	ids      map[string]bool
	lastSeen time.Time
}

// Step takes the bursts found at a time and returns those that are new. A
// burst is the same as an open one if it is named alike and follows soon, or if
// a third of its complaints are among those of the open one.
func (w *Watch) Step(now time.Time, found []Burst) []Burst {
	w.open = slices.DeleteFunc(w.open, func(s *spell) bool { return now.Sub(s.lastSeen) > quiet })
	var begun []Burst
	for i := range found {
		b := &found[i]
		s := w.find(b, now)
		if s == nil {
			s = &spell{ids: map[string]bool{}}
			w.open = append(w.open, s)
			begun = append(begun, *b)
		}
		s.see(b, now)
	}
	return begun
}

// Remember takes a burst that was told of earlier, before this process began.
func (w *Watch) Remember(series []Series, ids []string, lastSeen time.Time) {
	s := &spell{series: series, ids: map[string]bool{}, lastSeen: lastSeen}
	for _, id := range ids {
		s.ids[id] = true
	}
	w.open = append(w.open, s)
}

func (w *Watch) find(b *Burst, now time.Time) *spell {
	for _, s := range w.open {
		if now.Sub(s.lastSeen) <= namedAgain && slices.Contains(s.series, b.Series) || s.shares(b) {
			return s
		}
	}
	return nil
}

func (s *spell) shares(b *Burst) bool {
	n := 0
	for id := range b.ids {
		if s.ids[id] {
			n++
		}
	}
	return 3*n >= len(b.ids) && n > 0
}

func (s *spell) see(b *Burst, now time.Time) {
	if !slices.Contains(s.series, b.Series) {
		s.series = append(s.series, b.Series)
	}
	for id := range b.ids {
		s.ids[id] = true
	}
	s.lastSeen = now
}

// All returns what stands out in the burst: what it is named after, and
// what stands out for the same complaints.
func (b *Burst) All() []Series { return append([]Series{b.Series}, b.also...) }
