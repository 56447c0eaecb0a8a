package demo

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"
)

// season is how many conversations begin in each hour of a history, in a unit
// of its own.
type season struct {
	from, to time.Time
	base     []float64 // of each hour, without bursts
	total    []float64 // the sum up to the end of each hour, bursts included
}

// hours of the day, from midnight: few at night, most around ten and three.
var daily = [24]float64{6, 4, 3, 2, 2, 4, 10, 25, 60, 95, 110, 100, 70, 80, 100, 105, 95, 80, 60, 55, 50, 40, 25, 12}

// days of the week, from Sunday.
var weekly = [7]float64{0.55, 1.2, 1.05, 1, 1, 1.05, 0.65}

// newSeason returns the hours from from to to. Trade grows by about a fifth a
// year, and no hour is quite like the same hour a week before.
func newSeason(rng *rand.Rand, from, to time.Time) *season {
	s := &season{from: from, to: to}
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		growth := math.Pow(1.2, at.Sub(from).Hours()/24/365)
		part := min(1, to.Sub(at).Hours())
		noise := math.Exp(0.08 * rng.NormFloat64())
		s.base = append(s.base, part*growth*noise*daily[at.Hour()]*weekly[at.Weekday()])
	}
	return s.with(nil)
}

// with returns the season with the bursts on top.
func (s *season) with(bursts []Burst) *season {
	t := &season{from: s.from, to: s.to, base: s.base, total: make([]float64, len(s.base))}
	sum := 0.0
	for i, w := range s.base {
		sum += w
		for _, b := range bursts {
			sum += b.weight(s, i)
		}
		t.total[i] = sum
	}
	return t
}

// sum returns the weight of all hours, bursts included.
func (s *season) sum() float64 { return s.total[len(s.total)-1] }

// at returns the time before which the share q of all conversations begins,
// and the number of its hour.
func (s *season) at(q float64) (time.Time, int) {
	want := q * s.sum()
	i := min(sort.SearchFloat64s(s.total, want), len(s.total)-1)
	before := 0.0
	if i > 0 {
		before = s.total[i-1]
	}
	part := (want - before) / max(s.total[i]-before, 1e-9)
	return s.from.Add(time.Duration((float64(i) + min(max(part, 0), 0.9999)) * float64(time.Hour))).Truncate(time.Second), i
}

// hour returns the number of the hour of t, within the season.
func (s *season) hour(t time.Time) int {
	return min(max(int(t.Sub(s.from)/time.Hour), 0), len(s.base)-1)
}

// between returns the weight of the hours of from to to, without bursts.
func (s *season) between(from, to time.Time) (sum float64) {
	for i := s.hour(from); i <= s.hour(to.Add(-time.Second)); i++ {
		sum += s.base[i]
	}
	return sum
}
