package ingest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// clock reads times as people and machines write them.
type clock struct {
	zone    *time.Location
	layouts []string // tried before the built-in ones
}

// builtinLayouts are unambiguous: the year comes first. Whether 03/04/2026 is
// in March or April only the user can say, with ingest.time_layouts.
var builtinLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04",
	"2006/1/2 15:04:05.999999999",
	"2006/1/2 15:04",
	"2006年1月2日 15:04:05",
	"2006年1月2日 15:04",
	"2006年1月2日15时4分5秒",
	"20060102T150405Z0700",
	"20060102T150405",
	"20060102-150405",
	"20060102_150405",
	time.RFC1123Z,
}

func newClock(zone string, layouts []string) (clock, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return clock{zone: time.UTC}, fmt.Errorf("%q: want an IANA name such as Asia/Shanghai, UTC or Local", zone)
	}
	return clock{loc, layouts}, nil
}

// parse reads a time in any known form: the configured layouts, the built-in
// ones, yyyymmddhhmmss, or seconds or milliseconds since 1970.
func (c clock) parse(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, layout := range c.layouts {
		if t, err := time.ParseInLocation(layout, s, c.zone); err == nil {
			return t, nil
		}
	}
	if t, ok := c.number(s); ok {
		return t, nil
	}
	for _, layout := range builtinLayouts {
		if t, err := time.ParseInLocation(layout, s, c.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.60q is no known form of a time: write it as 2026-05-04T15:04:05+08:00, or give its form in ingest.time_layouts", s)
}

func (c clock) number(s string) (time.Time, bool) {
	if len(s) == 14 {
		if t, err := time.ParseInLocation("20060102150405", s, c.zone); err == nil {
			return t, true
		}
	}
	if s == "" || strings.Trim(s, "0123456789.eE+") != "" {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 1e8 || f > 1e14 {
		return time.Time{}, false
	}
	// Seconds stay below 1e11 until the year 5138, milliseconds have passed it
	// since 1973.
	if f < 1e11 {
		f *= 1000
	}
	return time.UnixMilli(int64(math.Round(f))).In(c.zone), true
}
