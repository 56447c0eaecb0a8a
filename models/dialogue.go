package models

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Speaking rates and the gap that Parse assumes where a line gives no times.
const (
	parseRuneMillis = 200 // about 300 Chinese characters a minute
	parseByteMillis = 70  // about 170 English words a minute
	parseGap        = Millis(300)
)

var (
	lineStart   = regexp.MustCompile(`^(?:\[([^\]]*)\]\s*)?([CASU])\s*[:：]\s?(.*)$`)
	pauseLine   = regexp.MustCompile(`^\.\.\.\s*([0-9.]+)\s*s$`)
	partyLetter = map[string]Party{"C": Customer, "A": Agent, "S": System, "U": Unknown}
)

// Parse reads the dialogue notation, a turn a line:
//
//	# a comment
//	C: I want a refund, or I go to the press
//	... 12s
//	[0:31.5] A: I am sorry to hear that
//	[40-43.2] C: 我要退款
//
// C is the customer, A the agent, S the system, U unknown. Times are seconds
// or minutes:seconds, a start or start-end; where they are missing a turn
// follows 0.3 s after the one before, or after the pause given by "... 12s",
// and lasts as long as saying its text takes. A line's error wraps ErrBadInput
// and gives its number.
func Parse(text string) (*Transcript, error) {
	t := &Transcript{Turns: []Turn{}}
	clock, gap := Millis(0), Millis(0)
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if m := pauseLine.FindStringSubmatch(line); m != nil {
			s, err := parseClock(m[1])
			if err != nil {
				return nil, BadInput("line %d: pause %q: %w", i+1, m[1], err)
			}
			gap = s
			continue
		}
		m := lineStart.FindStringSubmatch(line)
		if m == nil {
			return nil, BadInput("line %d: %.60q: want a turn such as %q, a pause such as %q, or # and a comment", i+1, line, "C: hello", "... 3s")
		}
		turn := Turn{Party: partyLetter[m[2]], Text: m[3], Start: clock + gap}
		turn.End = turn.Start + speakingTime(turn.Text)
		if m[1] != "" {
			if err := turn.parseTimes(m[1]); err != nil {
				return nil, BadInput("line %d: time %q: %w", i+1, m[1], err)
			}
		}
		if n := len(t.Turns); n > 0 && turn.Start < t.Turns[n-1].Start {
			return nil, BadInput("line %d: starts at %s, before the turn above it", i+1, turn.Start)
		}
		clock, gap = max(clock, turn.End), parseGap
		t.Turns = append(t.Turns, turn)
	}
	t.Length = max(t.Length, clock)
	if gap > parseGap {
		t.Length += gap
	}
	return t, nil
}

// MustParse is Parse for dialogues that are part of the program's own tests.
// It panics on an error.
func MustParse(text string) *Transcript {
	t, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return t
}

func (t *Turn) parseTimes(s string) error {
	from, to, both := strings.Cut(s, "-")
	start, err := parseClock(from)
	if err != nil {
		return err
	}
	t.Start, t.End = start, start+speakingTime(t.Text)
	if !both {
		return nil
	}
	if t.End, err = parseClock(to); err != nil {
		return err
	}
	if t.End < t.Start {
		return BadInput("ends before it starts")
	}
	return nil
}

func parseClock(s string) (Millis, error) {
	minutes, seconds := 0, strings.TrimSpace(s)
	if m, rest, ok := strings.Cut(seconds, ":"); ok {
		n, err := strconv.Atoi(m)
		if err != nil || n < 0 || n > 1_000_000 {
			return 0, BadInput("want seconds or minutes:seconds")
		}
		minutes, seconds = n, rest
	}
	f, err := strconv.ParseFloat(seconds, 64)
	if err != nil || !(f >= 0 && f < 1e8) {
		return 0, BadInput("want seconds or minutes:seconds")
	}
	return Millis(minutes)*60_000 + Millis(f*1000+0.5), nil
}

func speakingTime(text string) Millis {
	n := Millis(0)
	for _, r := range text {
		if utf8.RuneLen(r) > 2 {
			n += parseRuneMillis
		} else {
			n += parseByteMillis
		}
	}
	return max(n, parseRuneMillis)
}
