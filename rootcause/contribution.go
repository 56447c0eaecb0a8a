package rootcause

import (
	"cmp"
	"slices"
)

// Limits of what is told about a burst.
const (
	mostShares  = 3   // values of a dimension
	leastPart   = 0.1 // of the excess
	mostTypical = 20
)

// contribute works out which values of each dimension the excess of the burst
// consists of. The usual count of a value within the burst's series is taken
// as if the two had nothing to do with each other.
func (b *Burst) contribute(base *baseline) {
	counts := map[Series]int{}
	for _, e := range b.events {
		for _, s := range e.Values {
			counts[s]++
		}
	}
	excess := max(float64(len(b.events))-b.Expected, 1)
	all := map[string][]Share{}
	for s, n := range counts {
		usual := b.Expected
		if s != b.Series {
			usual *= min(1, base.of(s).share)
		}
		share := Share{Series: s, Count: n, Expected: usual, Excess: float64(n) - usual}
		share.Part = max(0, min(1, share.Excess/excess))
		if share.Part >= leastPart {
			all[s.Dimension] = append(all[s.Dimension], share)
		}
	}
	for _, d := range Dimensions() {
		shares := all[d]
		slices.SortFunc(shares, func(x, y Share) int { return cmp.Or(cmp.Compare(y.Excess, x.Excess), cmp.Compare(x.Value, y.Value)) })
		b.Contributions = append(b.Contributions, shares[:min(len(shares), mostShares)]...)
	}
}

// typical orders the complaints: those first that have most of what the burst
// consists of, of these the gravest, then the newest.
func (b *Burst) typical() {
	score := func(e *Event) float64 {
		s := 0.0
		for _, c := range b.Contributions {
			if e.has(c.Series) {
				s += c.Part
			}
		}
		return s
	}
	slices.SortStableFunc(b.events, func(x, y *Event) int {
		return cmp.Or(cmp.Compare(score(y), score(x)), cmp.Compare(y.Severity, x.Severity), y.At.Compare(x.At), cmp.Compare(x.ID, y.ID))
	})
	for _, e := range b.events[:min(len(b.events), mostTypical)] {
		b.IDs = append(b.IDs, e.ID)
	}
}
