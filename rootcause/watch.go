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

// Watch follows bursts from check to check, so that each is told of once. What
// it knows can be kept as JSON.
type Watch struct {
	Open []*Spell `json:"open"`
}

// Spell is a burst over time.
type Spell struct {
	Series   []Series        `json:"series"` // what it was named after, check by check
	IDs      map[string]bool `json:"ids"`    // its complaints
	Seen     time.Time       `json:"seen"`   // when it was seen first
	LastSeen time.Time       `json:"last_seen"`

	surest Burst
}

// Step takes the bursts found at a time and returns those that are new. A
// burst is the same as an open one if it is named alike and follows soon, or if
// a third of its complaints are among those of the open one.
func (w *Watch) Step(now time.Time, found []Burst) []Burst {
	begun, _ := w.step(now, found)
	return begun
}

func (w *Watch) step(now time.Time, found []Burst) (begun []Burst, spells []*Spell) {
	w.Open = slices.DeleteFunc(w.Open, func(s *Spell) bool { return now.Sub(s.LastSeen) > quiet })
	for i := range found {
		b := &found[i]
		s := w.find(b, now)
		if s == nil {
			s = &Spell{IDs: map[string]bool{}, Seen: now, surest: *b}
			w.Open = append(w.Open, s)
			begun, spells = append(begun, *b), append(spells, s)
		}
		s.see(b, now)
	}
	return begun, spells
}

func (w *Watch) find(b *Burst, now time.Time) *Spell {
	for _, s := range w.Open {
		if now.Sub(s.LastSeen) <= namedAgain && slices.Contains(s.Series, b.Series) || s.shares(b) {
			return s
		}
	}
	return nil
}

func (s *Spell) shares(b *Burst) bool {
	n := 0
	for id := range b.ids {
		if s.IDs[id] {
			n++
		}
	}
	return 3*n >= len(b.ids) && n > 0
}

func (s *Spell) see(b *Burst, now time.Time) {
	if !slices.Contains(s.Series, b.Series) {
		s.Series = append(s.Series, b.Series)
	}
	for id := range b.ids {
		s.IDs[id] = true
	}
	if b.Probability < s.surest.Probability {
		s.surest = *b
	}
	s.LastSeen = now
}

// Past is a burst of the past, as it was when it was surest.
type Past struct {
	Burst
	Seen     time.Time `json:"seen"`      // the check that saw it first
	LastSeen time.Time `json:"last_seen"` // and last
}

// Scan checks every hour of a stretch, and returns each burst once, in the
// order in which they were seen. The events are complaints in the order of
// time, from two days before the stretch on.
func (b BurstConfig) Scan(c *Counts, events []*Event, from, to time.Time) []Past {
	var watch Watch
	var all []*Spell
	first, end := 0, 0
	for now := c.at(c.hour(from)); !now.After(to); now = now.Add(time.Hour) {
		for end < len(events) && events[end].At.Before(now) {
			end++
		}
		for first < end && now.Sub(events[first].At) > Lookback {
			first++
		}
		_, begun := watch.step(now, b.Find(c, events[first:end], now))
		all = append(all, begun...)
	}
	past := make([]Past, len(all))
	for i, s := range all {
		past[i] = Past{s.surest, s.Seen, s.LastSeen}
	}
	return past
}
