package terminal

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"earshot/models"
)

// Day is a date that a person gives: 2026-03-01, today, yesterday, or so many
// days ago as 30d. The zero day is none.
type Day struct {
	year  int
	month time.Month
	day   int
	Ago   int
	Given bool
}

// UnmarshalText reads a day; the command line calls it.
func (d *Day) UnmarshalText(b []byte) error {
	s := strings.ToLower(strings.TrimSpace(string(b)))
	*d = Day{Given: true}
	switch s {
	case "today":
		return nil
	case "yesterday":
		d.Ago = 1
		return nil
	}
	if n, ok := strings.CutSuffix(s, "d"); ok {
		if ago, err := strconv.Atoi(n); err == nil && ago >= 0 && ago <= 100_000 {
			d.Ago = ago
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

// In returns when the day begins in a zone; the zero time for none.
func (d Day) In(zone *time.Location) time.Time {
	if !d.Given {
		return time.Time{}
	}
	if d.year == 0 {
		y, m, today := time.Now().In(zone).Date()
		return time.Date(y, m, today-d.Ago, 0, 0, 0, 0, zone)
	}
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
}

// ParseWhen reads a time as people and spreadsheets write it, in the zone of this
// machine where it says none.
func ParseWhen(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", time.DateOnly, "2006/1/2"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q: want a time such as 2026-05-01 14:30", text)
}
