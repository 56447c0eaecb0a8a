package rootcause

import (
	"math"
	"time"
)

const (
	leastHistory = 7 * 24  // hours that a baseline is made of at least
	recent       = 48      // hours before now that do not count in it
	halfLife     = 14 * 24 // hours after which an hour counts half
	hoursOfWeek  = 7 * 24
)

// baseline is what is usual: how the complaints of all spread over the hours
// of a week, and how many each series has of them.
//
// Weeks are few and hours many, so the hours of the week are a product of the
// day of the week and the hour of working days or weekends, mixed with the
// hour's own mean the more complaints that rests on. Hours far above what they
// should be are cut to three standard deviations, so that a burst in the past
// is not taken for usual.
type baseline struct {
	shape  [hoursOfWeek]float64 // complaints of all in an hour of the week
	counts *Counts
	until  int // hours of the counts that were learned from
	level  map[Series]level
}

// level is a series' part of all complaints.
type level struct {
	share  float64
	spread float64 // variance of its counts as a multiple of their mean
	seen   float64 // complaints that it rests on
}

// newBaseline learns from the hours before now, but not the last ones. It
// returns false if these are too few.
func newBaseline(c *Counts, now int) (*baseline, bool) {
	until := min(now, c.Hours) - recent
	if until < leastHistory {
		until = min(now, c.Hours) - 24
	}
	if until < leastHistory {
		return nil, false
	}
	b := &baseline{counts: c, until: until, level: map[Series]level{}}
	b.learnShape()
	return b, true
}

func (b *baseline) hourOfWeek(hour int) int {
	at := b.counts.at(hour)
	return int(at.Weekday())*24 + at.Hour()
}

// learnShape fits the hours of the week to all complaints, in two rounds: what
// the first finds too high is cut in the second.
func (b *baseline) learnShape() {
	all := b.counts.of(Series{})[:b.until]
	for round := range 3 {
		var days, dayHours [7]float64
		var profile [2][24]float64
		var cell, cellHours [hoursOfWeek]float64
		for hour, n := range all {
			how := b.hourOfWeek(hour)
			if usual := b.shape[how]; round > 0 {
				n = min(n, usual+3*math.Sqrt(1.5*usual)+1)
			}
			day := how / 24
			w := b.weight(hour)
			days[day], dayHours[day] = days[day]+w*n, dayHours[day]+w
			profile[weekend(day)][how%24] += w * n
			cell[how], cellHours[how] = cell[how]+w*n, cellHours[how]+w
		}
		b.mix(days, dayHours, profile, cell, cellHours)
	}
}

// mix makes the shape from sums.
func (b *baseline) mix(days, dayHours [7]float64, profile [2][24]float64, cell, cellHours [hoursOfWeek]float64) {
	for how := range b.shape {
		day, hour := how/24, how%24
		kind := weekend(day)
		whole := 0.0
		for _, n := range profile[kind] {
			whole += n
		}
		usual := 0.0
		if dayHours[day] > 0 && whole > 0 {
			// An even part of the profile keeps an hour that never had a
			// complaint from being impossible.
			part := 0.98*profile[kind][hour]/whole + 0.02/24
			usual = days[day] / dayHours[day] * 24 * part
		}
		if cellHours[how] > 0 && usual > 0 {
			own := cell[how] / cellHours[how]
			off := 0.15 * usual * 0.15 * usual // how wrong the product may be
			trust := off / (off + usual/cellHours[how])
			usual = trust*own + (1-trust)*usual
		}
		b.shape[how] = max(usual, 1e-3)
	}
}

func weekend(day int) int {
	if day == int(time.Saturday) || day == int(time.Sunday) {
		return 1
	}
	return 0
}

// weight of an hour: the older, the less.
func (b *baseline) weight(hour int) float64 {
	return math.Exp2(-float64(b.until-hour) / halfLife)
}

// of returns a series' level, and learns it when it is first asked for.
func (b *baseline) of(s Series) level {
	l, ok := b.level[s]
	if !ok {
		l = b.learn(s)
		b.level[s] = l
	}
	return l
}

func (b *baseline) learn(s Series) level {
	hours := b.counts.Series[s]
	l := level{spread: 1.2}
	for range 3 {
		counted, usual := 0.5, 1.0 // a series never seen may still have half a complaint
		l.seen = 0
		for hour := range min(b.until, len(hours)) {
			w, shape := b.weight(hour), b.shape[b.hourOfWeek(hour)]
			n := hours[hour]
			if l.share > 0 {
				e := l.share * shape
				n = min(n, e+3*math.Sqrt(1.5*e)+1)
			}
			counted, usual = counted+w*n, usual+w*shape
			l.seen += w * n
		}
		l.share = counted / usual
	}
	l.spread = b.spread(hours, l.share)
	return l
}

// spread is the mean squared deviation of blocks of six hours from what is
// usual, in units of the mean; single blocks count at most eightfold.
func (b *baseline) spread(hours []float64, share float64) float64 {
	const block = 6
	sum, blocks := 0.0, 0.0
	for from := 0; from+block <= min(b.until, len(hours)); from += block {
		n, usual := 0.0, 0.0
		for hour := from; hour < from+block; hour++ {
			n, usual = n+hours[hour], usual+share*b.shape[b.hourOfWeek(hour)]
		}
		if usual > 0.3 {
			sum, blocks = sum+min((n-usual)*(n-usual)/usual, 8), blocks+1
		}
	}
	if blocks < 8 {
		return 1.2
	}
	return max(1, min(4, sum/blocks))
}

// expected returns how many complaints of a series are usual in a stretch of
// hours, and their variance: that of the counts, and that of not knowing the
// level and the shape exactly.
func (b *baseline) expected(s Series, from, to int) (mean, variance float64) {
	l := b.of(s)
	for hour := from; hour < to; hour++ {
		mean += l.share * b.shape[b.hourOfWeek(hour)]
	}
	return mean, mean*l.spread + mean*mean*(1/(l.seen+1)+0.01)
}
