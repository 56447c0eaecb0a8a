package pack

import (
	"fmt"
	"slices"
	"time"
)

var periods = []string{"daily", "weekly", "monthly"}

// Span is one period of a pack.
type Span struct {
	Name     string    // 2026-03-31, 2026-W14 (ISO 8601) or 2026-03: sorts by time
	From, To time.Time // From counts in, To does not
	Due      time.Time // when its pack is made
}

// Span returns the period with the date of a moment in the pack's time zone.
func (p Pack) Span(at time.Time) Span {
	y, m, d := at.In(p.zone).Date()
	return p.span(y, m, d)
}

func (p Pack) span(y int, m time.Month, d int) Span {
	// Calendar days are counted in UTC, which has all of them.
	first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	var next time.Time
	var name string
	switch p.Period {
	case "weekly":
		first = first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
		next = first.AddDate(0, 0, 7)
		year, week := first.ISOWeek()
		name = fmt.Sprintf("%04d-W%02d", year, week)
	case "monthly":
		first = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
		next = first.AddDate(0, 1, 0)
		name = first.Format("2006-01")
	default:
		next = first.AddDate(0, 0, 1)
		name = first.Format(time.DateOnly)
	}
	s := Span{Name: name, From: p.begin(first), To: p.begin(next)}
	s.Due = time.Date(next.Year(), next.Month(), next.Day(), p.hour, p.minute, 0, 0, p.zone)
	if s.Due.Before(s.To) { // at 00:30 of a day that begins at 01:00
		s.Due = s.To
	}
	return s
}

// begin returns the first moment of a calendar day in the pack's zone: later
// than midnight where the clock is put forward at midnight, and the first
// midnight where it is put back to it.
func (p Pack) begin(day time.Time) time.Time {
	y, m, d := day.Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, p.zone)
	if t.Day() != d { // no such moment; the day before has this one
		_, t = t.ZoneBounds()
		return t
	}
	if earlier := t.Add(-time.Hour); earlier.Day() == d {
		return earlier
	}
	return t
}

// Over returns the last n periods whose packs are due, the oldest first.
func (p Pack) Over(now time.Time, n int) []Span {
	var spans []Span
	for s := p.Span(now); len(spans) < n; s = p.before(s) {
		if !s.Due.After(now) {
			spans = append(spans, s)
		}
	}
	slices.Reverse(spans)
	return spans
}

// Ended returns the last period that is over.
func (p Pack) Ended(now time.Time) Span { return p.before(p.Span(now)) }

// Next returns the period whose pack is due next.
func (p Pack) Next(now time.Time) Span {
	s := p.Span(now)
	if before := p.before(s); before.Due.After(now) {
		return before
	}
	return s
}

// before returns the period before another.
func (p Pack) before(s Span) Span {
	return p.Span(s.From.Add(-time.Nanosecond))
}

// names says whether a name is one of the pack's periods.
func (p Pack) names(name string) bool {
	layout := time.DateOnly
	switch p.Period {
	case "weekly":
		var year, week int
		_, err := fmt.Sscanf(name, "%04d-W%02d", &year, &week)
		return err == nil && name == fmt.Sprintf("%04d-W%02d", year, week)
	case "monthly":
		layout = "2006-01"
	}
	_, err := time.Parse(layout, name)
	return err == nil
}
