package main

import (
	"strconv"
	"strings"
	"time"

	"earshot/models"
)

// day is a date that a person gives: 2026-03-01, today, yesterday, or so many
// days ago as 30d. The zero day is none.
type day struct {
	year  int
	month time.Month
	day   int
	ago   int
	given bool
}

// UnmarshalText reads a day; the command line calls it.
func (d *day) UnmarshalText(b []byte) error {
	s := strings.ToLower(strings.TrimSpace(string(b)))
	*d = day{given: true}
	switch s {
	case "today":
		return nil
	case "yesterday":
		d.ago = 1
		return nil
	}
	if n, ok := strings.CutSuffix(s, "d"); ok {
		if ago, err := strconv.Atoi(n); err == nil && ago >= 0 && ago <= 100_000 {
			d.ago = ago
			return nil
		}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return models.BadInput("%q is no day: want a date such as 2026-03-01, today, yesterday, or so many days ago such as 30d", s)
	}
	d.year, d.month, d.day = t.Date()
	return nil
}

// in returns when the day begins in a zone; the zero time for none.
func (d day) in(zone *time.Location) time.Time {
	if !d.given {
		return time.Time{}
	}
	if d.year == 0 {
		y, m, today := time.Now().In(zone).Date()
		return time.Date(y, m, today-d.ago, 0, 0, 0, 0, zone)
	}
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
}
