package nlp

import (
	"regexp"

	"earshot/models/needle"
)

// sifted is a regular expression that is tried only on texts with a word that
// each of its matches holds.
type sifted struct {
	*regexp.Regexp
	words *Exact // nil: it is always tried
}

func sift(expression string) sifted {
	s := sifted{Regexp: regexp.MustCompile(expression)}
	if words := needle.Of(expression); words != nil {
		s.words = NewExact(words)
	}
	return s
}

func (s sifted) worth(text string) bool { return s.words == nil || s.words.In(text) }

// MatchString reports whether the expression matches in text.
func (s sifted) MatchString(text string) bool { return s.worth(text) && s.Regexp.MatchString(text) }

// FindStringSubmatchIndex returns the first match, see regexp.
func (s sifted) FindStringSubmatchIndex(text string) []int {
	if !s.worth(text) {
		return nil
	}
	return s.Regexp.FindStringSubmatchIndex(text)
}
