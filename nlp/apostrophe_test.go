package nlp

import (
	"slices"
	"testing"

	"earshot/models"
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
	step, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for line, kind := range map[string]string{
		"C: it still doesnt work":         "word.unsolved",
		"C: thats not acceptable":         "word.dissatisfied",
		"A: Im sorry youve had to wait":   "word.empathy",
		"C: i havent received my order":   "word.reason",
		"A: well send it to you tomorrow": "", // well is a word of its own
	} {
		in := &models.Interaction{ID: "t", Channel: models.WebChat, Language: "en", Transcript: models.MustParse(line)}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if kind == "" {
			for _, f := range in.Findings {
				if f.Kind == "word.callback" {
					t.Errorf("%q: found %s", line, f.Kind)
				}
			}
		} else if !slices.ContainsFunc(in.Findings, func(f models.Finding) bool { return f.Kind == kind }) {
			t.Errorf("%q: no %s in %v", line, kind, in.Findings)
		}
	}
}
