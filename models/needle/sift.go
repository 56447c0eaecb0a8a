package needle

import (
	"regexp"
	"strings"

	"earshot/models/script"
	"earshot/models/search"
)

// Sifted is a regular expression that is tried only on texts with a word that
// each of its matches holds.
type Sifted struct {
	*regexp.Regexp
	words *search.Exact // nil: it is always tried
}

// Sift returns an expression that is tried only where it may match. It panics
// where the expression cannot be parsed.
func Sift(expression string) Sifted {
	s := Sifted{Regexp: regexp.MustCompile(expression)}
	if words := Of(expression); words != nil {
		s.words = search.NewExact(words)
	}
	return s
}

// Listed finds phrases as a regular expression that lists them would: from
// left to right, none over another, and of those that begin at one place the one
// that is listed first. What begins with a letter of ASCII begins a word.
type Listed struct{ phrases *search.Exact }

// NewListed returns what finds the phrases of a list with | between.
func NewListed(list string) Listed {
	return Listed{search.NewExact(strings.Split(list, "|"))}
}

// Find returns where the phrases stand in text, in bytes.
func (a Listed) Find(text string) (spans [][2]int) {
	found := search.BorrowMatches()
	defer search.ReturnMatches(found)
	*found = a.phrases.Find(*found, text)
	end := 0
	for i := 0; i < len(*found); {
		first := (*found)[i]
		for ; i < len(*found) && (*found)[i].From == first.From; i++ {
			if m := (*found)[i]; m.Word < first.Word {
				first = m
			}
		}
		from := int(first.From)
		if from < end || from > 0 && script.WordByte(text[from]) && script.WordByte(text[from-1]) {
			continue
		}
		end = int(first.To)
		spans = append(spans, [2]int{from, end})
	}
	return spans
}

// Sifter tells in one search which of some expressions may match in a text.
type Sifter struct {
	words *search.Exact
	of    []uint16 // by word: the expressions of which every match holds it or one like it
}

// NewSifter returns the Sifter of up to sixteen expressions. It panics where for
// one no words are known that each match holds one of.
func NewSifter(all ...*regexp.Regexp) Sifter {
	var s Sifter
	var words []string
	for i, re := range all {
		needles := Of(re.String())
		if needles == nil {
			panic("no words are known for " + re.String())
		}
		for _, w := range needles {
			words, s.of = append(words, w), append(s.of, 1<<i)
		}
	}
	s.words = search.NewExact(words)
	return s
}

// Find appends where the words stand in text to dst.
func (s Sifter) Find(dst []search.Match, text string) []search.Match { return s.words.Find(dst, text) }

// Within returns which expressions may match in bytes from to to of the text in
// which found was found.
func (s Sifter) Within(found []search.Match, from, to int) (expressions uint16) {
	for _, m := range found {
		if int(m.From) >= from && int(m.To) <= to {
			expressions |= s.of[m.Word]
		}
	}
	return expressions
}

// First returns where in bytes from to to of the text the first word of an
// expression stands, -1 where none does.
func (s Sifter) First(found []search.Match, from, to int, expression uint16) int {
	for _, m := range found {
		if int(m.From) >= from && int(m.To) <= to && s.of[m.Word]&expression != 0 {
			return int(m.From)
		}
	}
	return -1
}

// Worth reports whether the expression may match in text.
func (s Sifted) Worth(text string) bool { return s.words == nil || s.words.In(text) }

// MatchString reports whether the expression matches in text.
func (s Sifted) MatchString(text string) bool { return s.Worth(text) && s.Regexp.MatchString(text) }
