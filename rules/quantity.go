package rules

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"earshot/models"
)

type unit uint8

const (
	inTurns unit = iota
	inTime
	inPercent
)

// Span is a distance in a conversation, written as "3 turns", as a time such
// as "30s" or "1m30s", or as a share of the conversation such as "10%". Where
// a place is meant, a negative span counts back from the end.
type Span struct {
	unit  unit
	turns int
	time  models.Millis
	share float64 // of inPercent, 0–1
	back  bool    // counted from the end
}

var spanPattern = regexp.MustCompile(`^(-?)\s*(\d+)\s*turns?$`)

// ParseSpan reads a span.
func ParseSpan(text string) (Span, error) {
	text = strings.TrimSpace(text)
	if m := spanPattern.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil || n > models.MaxTurns || n == 0 && m[1] != "" {
			return Span{}, fmt.Errorf("%q: want up to %d turns", text, models.MaxTurns)
		}
		return Span{unit: inTurns, turns: n, back: m[1] != ""}, nil
	}
	positive, back := strings.CutPrefix(text, "-")
	if digits, ok := strings.CutSuffix(positive, "%"); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err != nil || !(f > 0 && f <= 100) {
			return Span{}, fmt.Errorf("%q: want a share above 0%% and up to 100%%", text)
		}
		return Span{unit: inPercent, share: f / 100, back: back}, nil
	}
	d, err := parseDuration(positive)
	if err != nil || d <= 0 {
		return Span{}, fmt.Errorf("%q: want a distance such as 3 turns, 30s, 1m30s or 10%%", text)
	}
	return Span{unit: inTime, time: d, back: back}, nil
}

func (s *Span) fromYAML(n *node) error {
	text, err := n.scalarText("a distance such as 3 turns, 30s or 10%")
	if err != nil {
		return err
	}
	*s, err = ParseSpan(text)
	return err
}

// String formats s the way it is written in a rule.
func (s Span) String() string {
	sign := ""
	if s.back {
		sign = "-"
	}
	switch s.unit {
	case inTurns:
		if s.turns == 1 {
			return sign + "1 turn"
		}
		return fmt.Sprintf("%s%d turns", sign, s.turns)
	case inPercent:
		return sign + number(s.share*100) + "%"
	}
	return sign + duration(s.time)
}

// parseDuration reads a time such as 1.5s, 2m, 1h30m, 800ms or 1d.
func parseDuration(text string) (models.Millis, error) {
	text = strings.TrimSpace(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		f, err := strconv.ParseFloat(days, 64)
		if err != nil || !(f >= 0 && f <= 3650) {
			return 0, fmt.Errorf("%q: want days such as 2d", text)
		}
		return models.Millis(f * 24 * 3600 * 1000), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q: want a time such as 800ms, 30s, 1m30s, 2h or 1d", text)
	}
	return models.Millis(d.Milliseconds()), nil
}

// duration formats a length of time compactly: 800ms, 2.5s, 1m30s, 2h.
func duration(m models.Millis) string {
	if m < 1000 {
		return fmt.Sprintf("%dms", m)
	}
	if m < 60_000 {
		return number(m.Seconds()) + "s"
	}
	s := m.Duration().Round(100 * time.Millisecond).String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// number formats f with the digits it needs, at most three after the point.
func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64)
}

// bound is what a count or a measure has to satisfy. A plain number means at
// least that many; otherwise "> 3", ">= 3", "< 3", "<= 3", "= 3" or "2..5", or
// in words, which YAML lets stand without quotes: over 3, at least 3, under 3,
// at most 3, exactly 3. A measure of time takes units: over 30s, 1m..5m.
type bound struct {
	lo, hi         float64
	openLo, openHi bool
}

var boundPattern = regexp.MustCompile(`^(>=|<=|>|<|=)?\s*(-?[0-9.]+\s*[a-z%]*)$`)

var boundWords = map[string]string{"over ": ">", "at least ": ">=", "under ": "<", "at most ": "<=", "exactly ": "="}

func parseBound(text string, read func(string) (float64, error)) (bound, error) {
	text = strings.TrimSpace(text)
	if lo, hi, ok := strings.Cut(text, ".."); ok {
		a, err := read(strings.TrimSpace(lo))
		if err != nil {
			return bound{}, err
		}
		b, err := read(strings.TrimSpace(hi))
		if err != nil {
			return bound{}, err
		}
		if b < a {
			return bound{}, fmt.Errorf("%q: the second number is smaller than the first", text)
		}
		return bound{lo: a, hi: b}, nil
	}
	for word, sign := range boundWords {
		if rest, ok := strings.CutPrefix(text, word); ok {
			text = sign + rest
			break
		}
	}
	m := boundPattern.FindStringSubmatch(text)
	if m == nil {
		return bound{}, fmt.Errorf("%q: want a number, or a comparison such as at least 3, under 2 or 2..5", text)
	}
	v, err := read(strings.TrimSpace(m[2]))
	if err != nil {
		return bound{}, err
	}
	b := bound{lo: math.Inf(-1), hi: math.Inf(1)}
	switch m[1] {
	case "", ">=":
		b.lo = v
	case ">":
		b.lo, b.openLo = v, true
	case "<=":
		b.hi = v
	case "<":
		b.hi, b.openHi = v, true
	case "=":
		b.lo, b.hi = v, v
	}
	return b, nil
}

func (b bound) has(v float64) bool {
	return (v > b.lo || v == b.lo && !b.openLo) && (v < b.hi || v == b.hi && !b.openHi)
}

// above reports whether v and everything larger is out of b.
func (b bound) above(v float64) bool { return v > b.hi || v == b.hi && b.openHi }

// unlimited reports whether b has no upper end, so that what satisfies it
// goes on satisfying it as it grows.
func (b bound) unlimited() bool { return math.IsInf(b.hi, 1) }

func (b bound) text(format func(float64) string) string {
	switch {
	case b.lo == b.hi:
		return "= " + format(b.lo)
	case math.IsInf(b.hi, 1) && b.openLo:
		return "> " + format(b.lo)
	case math.IsInf(b.hi, 1):
		return ">= " + format(b.lo)
	case math.IsInf(b.lo, -1) && b.openHi:
		return "< " + format(b.hi)
	case math.IsInf(b.lo, -1):
		return "<= " + format(b.hi)
	}
	return format(b.lo) + ".." + format(b.hi)
}

func atLeast(n float64) bound { return bound{lo: n, hi: math.Inf(1)} }

// Count is a bound on a number of things, none of them negative.
type Count struct{ bound }

func (c *Count) fromYAML(n *node) error {
	text, err := n.scalarText("a count such as 3, under 2 or 2..5")
	if err != nil {
		return err
	}
	c.bound, err = parseBound(text, func(s string) (float64, error) {
		i, err := strconv.Atoi(s)
		if err != nil || i < 0 || i > 1e9 {
			return 0, fmt.Errorf("%q: want a whole number, 0 or more", s)
		}
		return float64(i), nil
	})
	if err == nil && c.has(0) && c.unlimited() {
		return fmt.Errorf("%q is always true", text)
	}
	return err
}

func (c Count) String() string { return c.text(number) }

// Number is a bound on a measure without a unit.
type Number struct{ bound }

func (m *Number) fromYAML(n *node) error {
	text, err := n.scalarText("a number such as 0.8, under 2 or 2..5")
	if err != nil {
		return err
	}
	m.bound, err = parseBound(text, parseNumber)
	return err
}

// Has reports whether a value satisfies the bound.
func (m Number) Has(v float64) bool { return m.has(v) }

func parseNumber(s string) (float64, error) {
	s, percent := strings.CutSuffix(s, "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("%q: want a number", s)
	}
	if percent {
		f /= 100
	}
	return f, nil
}

func (m Number) String() string { return m.text(number) }

// Length is a bound on a length of time, in milliseconds. A number without a
// unit is in seconds.
type Length struct{ bound }

func (l *Length) fromYAML(n *node) error {
	text, err := n.scalarText("a time such as 30s, over 2m or 5s..10s")
	if err != nil {
		return err
	}
	l.bound, err = parseBound(text, func(s string) (float64, error) {
		if f, err := strconv.ParseFloat(s, 64); err == nil && f >= 0 && f < 1e9 {
			return math.Round(f * 1000), nil
		}
		m, err := parseDuration(s)
		return float64(m), err
	})
	return err
}

func (l Length) String() string {
	return l.text(func(f float64) string { return duration(models.Millis(f)) })
}
