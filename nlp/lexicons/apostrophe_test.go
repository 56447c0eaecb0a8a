package lexicons

import (
	"slices"
	"testing"
)

func TestBareContractions(t *testing.T) {
	for phrase, want := range map[string]string{
		"don't work":        "dont work",
		"i've told you":     "ive told you",
		"that's not what":   "thats not what",
		"you're all set":    "youre all set",
		"y'all":             "yall",
		"we'll send":        "we'll send", // well is another word
		"we're sure, can't": "we're sure, cant",
		"the driver's":      "the driver's", // of the driver
		"it is broken":      "it is broken",
		"'broken'":          "'broken'",
	} {
		got, changed := bareContractions(phrase)
		if got != want || changed != (got != phrase) {
			t.Errorf("%q became %q, %v, want %q", phrase, got, changed, want)
		}
	}
}

// TestNoApostrophes: what is found with apostrophes is found without.
func TestNoApostrophes(t *testing.T) {
	d := builtinDictionary(t)
	for line, category := range map[string]string{
		"it still doesnt work":         "unsolved",
		"thats not acceptable":         "dissatisfied",
		"Im sorry youve had to wait":   "empathy",
		"i havent received my order":   "reason",
		"well send it to you tomorrow": "", // well is a word of its own
	} {
		found := d.Words(line)
		has := func(category string) bool {
			return slices.ContainsFunc(found, func(m Match) bool { return m.Category == category })
		}
		if category == "" && has("callback") || category != "" && !has(category) {
			t.Errorf("%q: want %q, got %+v", line, category, found)
		}
	}
}
