package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Scope says which conversations a page is about: the range, whose end does
// not count in, and the filters.
func Scope(from, to time.Time, where map[string]string, language string) string {
	parts := []string{scopeOfTime(from, to, language)}
	for _, name := range slices.Sorted(maps.Keys(where)) {
		parts = append(parts, Heading(name, language)+" "+value(name, where[name], language))
	}
	return strings.Join(parts, " · ")
}

func scopeOfTime(from, to time.Time, language string) string {
	const ends = "2006-01-02"
	last := to.Add(-time.Nanosecond) // the day that still counts in
	switch {
	case from.IsZero() && to.IsZero():
		return Word("all time", language)
	case from.IsZero():
		return fmt.Sprintf(Word("until", language), last.Format(ends))
	case to.IsZero():
		return fmt.Sprintf(Word("since", language), from.Format(ends))
	case from.Format(ends) == last.Format(ends):
		return from.Format(ends)
	}
	return fmt.Sprintf(Word("range", language), from.Format(ends), last.Format(ends))
}
