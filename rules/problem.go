package rules

import (
	"errors"
	"fmt"
	"slices"

	"earshot/models"
)

// Problem is something wrong with a rule file, at a place in it.
type Problem struct {
	Pos
	Warning bool   `json:"warning,omitempty"`
	Rule    string `json:"rule,omitempty"`
	Message string `json:"message"`
}

// Error formats p as file:line:column: message.
func (p *Problem) Error() string {
	kind := ""
	if p.Warning {
		kind = "warning: "
	}
	if p.Pos == (Pos{}) {
		return kind + p.Message
	}
	return p.String() + ": " + kind + p.Message
}

// Is makes every Problem match models.ErrBadInput.
func (p *Problem) Is(target error) bool { return target == models.ErrBadInput }

func problem(pos Pos, format string, args ...any) error {
	return &Problem{Pos: pos, Message: fmt.Sprintf(format, args...)}
}

// Problems takes apart an error that Load, Check, RunTests or Decode returned.
// An error that names no place becomes a Problem without one.
func Problems(err error) []*Problem {
	var p *Problem
	var many interface{ Unwrap() []error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		var out []*Problem
		for _, e := range many.Unwrap() {
			out = append(out, Problems(e)...)
		}
		return out
	case errors.As(err, &p):
		return []*Problem{p}
	}
	return []*Problem{{Message: err.Error()}}
}

// problems joins what went wrong, in the order of the files, without doubles.
func problems(list []error) error {
	var out []error
	seen := map[string]bool{}
	for _, err := range list {
		for _, p := range Problems(err) {
			if text := p.Error(); !seen[text] {
				seen[text] = true
				out = append(out, p)
			}
		}
	}
	return errors.Join(out...)
}

// closest returns the name that a misspelt one was most likely meant to be,
// "" if none is near.
func closest(name string, names []string) string {
	best, distance := "", 1+len(name)/3
	for _, n := range slices.Sorted(slices.Values(names)) {
		if d := editDistance(name, n); d < distance || d == distance && best == "" {
			best, distance = n, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// unknown words a complaint about a name that does not exist.
func unknown(what, name string, names []string) string {
	if near := closest(name, names); near != "" {
		return fmt.Sprintf("unknown %s %q; did you mean %q?", what, name, near)
	}
	if len(names) <= 12 {
		return fmt.Sprintf("unknown %s %q; known: %v", what, name, names)
	}
	return fmt.Sprintf("unknown %s %q", what, name)
}
