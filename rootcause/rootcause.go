// Package rootcause explains complaints: which bursts there are against what is
// usual, what drives each, which causes lie behind them, and which topics
// nobody has a name for yet. It is pure: it gets numbers and texts, and asks
// nobody.
package rootcause

import (
	"time"
)

// Series is what is counted: the complaints with one value of a dimension, such
// as the product router. The zero Series is all of them.
type Series struct {
	Dimension string `json:"dimension"`
	Value     string `json:"value"`
}

// Dimensions lists what bursts are looked for in.
func Dimensions() []string { return []string{"tag", "product", "region", "channel", "queue", "cause"} }

// Event is one complaint.
type Event struct {
	ID       string
	At       time.Time // when it began, by the clock of those who work
	Values   []Series  // all it counts in, beside the zero Series
	Severity int64     // of its gravest rule, 0 to 3
}

// has says whether the event counts in a series.
func (e *Event) has(s Series) bool {
	if s == (Series{}) {
		return true
	}
	for _, v := range e.Values {
		if v == s {
			return true
		}
	}
	return false
}

// Counts are the complaints of each hour. Hours are counted from From.
type Counts struct {
	From   time.Time // on the hour
	Hours  int
	Series map[Series][]float64
}

// NewCounts returns counts of no complaints from an hour to another.
func NewCounts(from, to time.Time) *Counts {
	from = from.Truncate(time.Hour)
	c := &Counts{From: from, Hours: max(0, int(to.Sub(from)/time.Hour)), Series: map[Series][]float64{}}
	c.of(Series{})
	return c
}

// Add counts n complaints of a series that began in the hour of at; what lies
// outside is left out.
func (c *Counts) Add(s Series, at time.Time, n float64) {
	if i := c.hour(at); i >= 0 && i < c.Hours {
		c.of(s)[i] += n
	}
}

// AddEvent counts one complaint in all its series.
func (c *Counts) AddEvent(e *Event) {
	c.Add(Series{}, e.At, 1)
	for _, s := range e.Values {
		c.Add(s, e.At, 1)
	}
}

func (c *Counts) of(s Series) []float64 {
	hours := c.Series[s]
	if hours == nil {
		hours = make([]float64, c.Hours)
		c.Series[s] = hours
	}
	return hours
}

// hour returns the number of the hour of a time; -1 before From.
func (c *Counts) hour(at time.Time) int {
	if at.Before(c.From) {
		return -1
	}
	return int(at.Sub(c.From) / time.Hour)
}

func (c *Counts) at(hour int) time.Time { return c.From.Add(time.Duration(hour) * time.Hour) }
