package rootcause

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// windows are the stretches before now that are looked at, in hours: short ones
// see a sharp burst early, long ones a slow one at all.
var windows = []int{1, 3, 6, 12, 24, 48}

// Lookback is how long before a check the complaints lie that it looks at one
// by one.
const Lookback = 48 * time.Hour

// BurstConfig says what counts as a burst.
type BurstConfig struct {
	Least  int     `yaml:"least" doc:"fewest complaints that make a burst (default 8)"`
	Factor float64 `yaml:"factor" doc:"at least so many times what is usual (default 2)"`
	Chance float64 `yaml:"chance" doc:"at most this probable where nothing is wrong, for one series and one check (default 1e-7)"`
}

// DefaultBursts returns the configuration used where none is given.
func DefaultBursts() BurstConfig { return BurstConfig{Least: 8, Factor: 2, Chance: 1e-7} }

// Validate returns an error that names the key that cannot work.
func (b BurstConfig) Validate() error {
	switch {
	case b.Least < 2 || b.Least > 1_000_000:
		return fmt.Errorf("least %d: want 2 to 1000000", b.Least)
	case b.Factor < 1.1 || b.Factor > 1000:
		return fmt.Errorf("factor %g: want 1.1 to 1000", b.Factor)
	case b.Chance < 1e-30 || b.Chance > 0.01:
		return fmt.Errorf("chance %g: want 1e-30 to 0.01", b.Chance)
	}
	return nil
}

// Burst is a spell of complaints far above what is usual.
type Burst struct {
	Series                  // what stands out most
	From          time.Time `json:"from"` // the stretch in which it stands out
	To            time.Time `json:"to"`   // when it was looked at
	Count         int       `json:"complaints"`
	Expected      float64   `json:"usual"`       // for such a stretch
	Probability   float64   `json:"probability"` // of so many, where nothing is wrong
	Contributions []Share   `json:"contributions"`
	IDs           []string  `json:"calls"` // the complaints, the most typical first

	events []*Event
	ids    map[string]bool
}

// Share is the part of one value in a burst's excess.
type Share struct {
	Series
	Count    int     `json:"complaints"`
	Expected float64 `json:"usual"`
	Excess   float64 `json:"excess"` // count above expected
	Part     float64 `json:"part"`   // of the burst's excess, 0 to 1
}

// alarm is a series that stands out in a stretch.
type alarm struct {
	series   Series
	window   int
	count    int
	expected float64
	variance float64
	chance   float64
}

// Find returns the bursts there are at a time, the surest first. events are
// the complaints of the two days before. Series that stand out for the same
// complaints are one burst, named after the one that stands out most.
func (b BurstConfig) Find(c *Counts, events []*Event, now time.Time) []Burst {
	at := c.hour(now)
	base, ok := newBaseline(c, at)
	if !ok {
		return nil
	}
	var alarms []alarm
	for s := range c.Series {
		if a, ok := b.look(base, s, at, func(from, to int) int { return sum(c.Series[s], from, to) }); ok {
			alarms = append(alarms, a)
		}
	}
	var found []Burst
	gone := map[string]bool{} // complaints that are part of a burst
	for len(alarms) > 0 {
		slices.SortFunc(alarms, func(x, y alarm) int {
			return cmp.Or(cmp.Compare(x.chance, y.chance), cmp.Compare(y.count, x.count), cmp.Compare(x.series.Dimension, y.series.Dimension), cmp.Compare(x.series.Value, y.series.Value))
		})
		lead := alarms[0]
		burst := b.describe(base, lead, events, at, gone)
		for id := range burst.ids {
			gone[id] = true
		}
		var left []alarm
		for _, other := range alarms[1:] {
			a, still := b.look(base, other.series, at, func(from, to int) int { return rest(c, events, other.series, from, to, gone) })
			if still {
				left = append(left, a)
			}
		}
		alarms = left
		if len(burst.events) >= b.Least {
			found = append(found, burst)
		}
	}
	return found
}

// look returns the stretch in which a series stands out most, if it does.
func (b BurstConfig) look(base *baseline, s Series, at int, count func(from, to int) int) (alarm, bool) {
	best, ok := alarm{series: s, chance: math.Inf(1)}, false
	for _, w := range windows {
		n := count(at-w, at)
		if n < b.Least {
			continue
		}
		mean, variance := base.expected(s, at-w, at)
		if float64(n) < b.Factor*mean {
			continue
		}
		if p := tail(n, mean, variance); p <= b.Chance && p < best.chance {
			best, ok = alarm{s, w, n, mean, variance, p}, true
		}
	}
	return best, ok
}

func sum(hours []float64, from, to int) int {
	n := 0.0
	for h := max(0, from); h < min(to, len(hours)); h++ {
		n += hours[h]
	}
	return int(n)
}

// rest counts the complaints of a series in a stretch that are not gone.
func rest(c *Counts, events []*Event, s Series, from, to int, gone map[string]bool) int {
	n := 0
	for _, e := range events {
		if h := c.hour(e.At); h >= from && h < to && !gone[e.ID] && e.has(s) {
			n++
		}
	}
	return n
}

// describe gathers what a burst consists of.
func (b BurstConfig) describe(base *baseline, a alarm, events []*Event, at int, gone map[string]bool) Burst {
	burst := Burst{
		Series: a.series, From: base.counts.at(at - a.window), To: base.counts.at(at),
		Count: a.count, Expected: a.expected, Probability: a.chance, ids: map[string]bool{},
	}
	for _, e := range events {
		if h := base.counts.hour(e.At); h >= at-a.window && h < at && !gone[e.ID] && e.has(a.series) {
			burst.events, burst.ids[e.ID] = append(burst.events, e), true
		}
	}
	burst.contribute(base)
	burst.typical()
	return burst
}
