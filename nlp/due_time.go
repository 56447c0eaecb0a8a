package nlp

import (
	"fmt"
	"strings"
	"time"
)

// resolve returns the due time for words said at at, and its label. Without a
// start of the conversation the time is zero and the label a duration, or the
// day that was said. Both are empty where no time was said.
func (d due) resolve(at time.Time) (time.Time, string) {
	if d.soon {
		return time.Time{}, ""
	}
	if at.IsZero() {
		if d.day != "" {
			return at, d.day
		}
		switch d.unit {
		case "minute", "hour":
			return at, fmt.Sprintf("PT%d%s", d.amount, strings.ToUpper(d.unit[:1]))
		case "workday":
			return at, fmt.Sprintf("P%dD", d.amount)
		}
		return at, fmt.Sprintf("P%d%s", d.amount, strings.ToUpper(d.unit[:1]))
	}
	when := at
	switch d.unit {
	case "minute":
		when = at.Add(time.Duration(d.amount) * time.Minute)
	case "hour":
		when = at.Add(time.Duration(d.amount) * time.Hour)
	case "day":
		when = at.AddDate(0, 0, d.amount)
	case "week":
		when = at.AddDate(0, 0, 7*d.amount)
	case "month":
		when = at.AddDate(0, d.amount, 0)
	case "workday":
		for n := 0; n < d.amount; {
			when = when.AddDate(0, 0, 1)
			if w := when.Weekday(); w != time.Saturday && w != time.Sunday {
				n++
			}
		}
	default:
		when = d.onDay(at)
	}
	return when, when.Format(time.RFC3339)
}

// onDay returns the hour, or the last second, of the day that was said.
func (d due) onDay(at time.Time) time.Time {
	day := 0
	weekday := (int(at.Weekday()) + 6) % 7 // Monday is 0
	if d.date > 0 {
		when := time.Date(at.Year(), at.Month(), d.date, 23, 59, 59, 0, at.Location())
		if d.month > 0 {
			when = time.Date(at.Year(), d.month, d.date, 23, 59, 59, 0, at.Location())
		}
		switch {
		case !when.Before(at):
		case d.month > 0:
			when = when.AddDate(1, 0, 0)
		default:
			when = time.Date(at.Year(), at.Month()+1, d.date, 23, 59, 59, 0, at.Location())
		}
		return when
	}
	switch d.day {
	case "today":
		if d.hour >= 0 && d.hour < at.Hour() {
			day = 1 // at nine, said at noon
		}
	case "tomorrow":
		day = 1
	case "after tomorrow":
		day = 2
	case "week":
		day = 6 - weekday
	case "month":
		last := time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, at.Location())
		day = last.Day() - at.Day()
	default:
		for i, name := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
			if name == d.day {
				day = i - weekday
				if !d.nextWeek && day < 0 {
					day += 7
				}
			}
		}
	}
	if d.nextWeek {
		day += 7
	}
	y, m, date := at.AddDate(0, 0, day).Date()
	if d.hour >= 0 {
		return time.Date(y, m, date, d.hour, 0, 0, 0, at.Location())
	}
	return time.Date(y, m, date, 23, 59, 59, 0, at.Location())
}
