// Package models holds the nouns every step of Earshot shares: a conversation
// and what was found in it. It validates them, reads and writes them as JSON,
// and reads the dialogue notation that tests, rules and documents use.
// It imports nothing but the standard library and does no input or output.
package models

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrBadInput marks an error that no retry can mend: the input itself is
// wrong. Whoever meets one sends the record to the dead-letter topic, with the
// step and the reason, and goes on with the next record.
var ErrBadInput = errors.New("bad input")

// BadInput returns an error that wraps ErrBadInput. The text should name the
// file, line or record and say what to do about it.
func BadInput(format string, args ...any) error {
	return badInput{fmt.Errorf(format, args...)}
}

type badInput struct{ err error }

func (b badInput) Error() string        { return b.err.Error() }
func (b badInput) Unwrap() error        { return b.err }
func (b badInput) Is(target error) bool { return target == ErrBadInput }

// Millis is a point on a conversation's own clock, or a length of time, in
// milliseconds. Zero is the start of the recording or of the chat.
type Millis int64

// Duration converts m to a time.Duration.
func (m Millis) Duration() time.Duration { return time.Duration(m) * time.Millisecond }

// Seconds converts m to seconds.
func (m Millis) Seconds() float64 { return float64(m) / 1000 }

// String formats m as minutes, seconds and tenths, such as "1:02.5".
func (m Millis) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	tenths := int64(m+50) / 100
	seconds := tenths / 10 % 60
	text := strconv.AppendInt(append(make([]byte, 0, 16), sign...), tenths/600, 10)
	return string(append(text, ':', '0'+byte(seconds/10), '0'+byte(seconds%10), '.', '0'+byte(tenths%10)))
}

// By names what made a statement, so that the statement can be made again: the
// engine or detector, its version, and the hash of the data it used (weights,
// lexicon, rules, prompt).
type By struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Hash    string `json:"hash,omitempty"`
}
