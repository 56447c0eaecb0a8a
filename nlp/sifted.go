package nlp

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"earshot/models/needle"
	"earshot/models/search"
)

// sifted is a regular expression that is tried only on texts with a word that
// each of its matches holds.
type sifted struct {
	*regexp.Regexp
	words *search.Exact // nil: it is always tried
}

func sift(expression string) sifted {
	s := sifted{Regexp: regexp.MustCompile(expression)}
	if words := needle.Of(expression); words != nil {
		s.words = search.NewExact(words)
	}
	return s
}

// listed finds phrases as a regular expression that lists them would: from
// left to right, none over another, and of those that begin at one place the one
// that is listed first. What begins with a letter of ASCII begins a word.
type listed struct{ phrases *search.Exact }

// newListed returns what finds the phrases of a list with | between.
func newListed(list string) listed {
	return listed{search.NewExact(strings.Split(list, "|"))}
}

func (a listed) find(text string) (spans [][2]int) {
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
		if from < end || from > 0 && wordByte(text[from]) && wordByte(text[from-1]) {
			continue
		}
		end = int(first.To)
		spans = append(spans, [2]int{from, end})
	}
	return spans
}

// wordByte reports whether b is part of a word, to regular expressions.
func wordByte(b byte) bool { return b < utf8.RuneSelf && (letter(rune(b)) || b == '_') }

// sifter tells in one search which of some expressions may match in a text.
type sifter struct {
	words *search.Exact
	of    []uint16 // by word: the expressions of which every match holds it or one like it
}

// newSifter returns the sifter of up to sixteen expressions. It panics where for
// one no words are known that each match holds one of.
func newSifter(all ...*regexp.Regexp) sifter {
	var s sifter
	var words []string
	for i, re := range all {
		needles := needle.Of(re.String())
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

// find appends where the words stand in text to dst.
func (s sifter) find(dst []search.Match, text string) []search.Match { return s.words.Find(dst, text) }

// within returns which expressions may match in bytes from to to of the text in
// which found was found.
func (s sifter) within(found []search.Match, from, to int) (expressions uint16) {
	for _, m := range found {
		if int(m.From) >= from && int(m.To) <= to {
			expressions |= s.of[m.Word]
		}
	}
	return expressions
}

// first returns where in bytes from to to of the text the first word of an
// expression stands, -1 where none does.
func (s sifter) first(found []search.Match, from, to int, expression uint16) int {
	for _, m := range found {
		if int(m.From) >= from && int(m.To) <= to && s.of[m.Word]&expression != 0 {
			return int(m.From)
		}
	}
	return -1
}

func (s sifted) worth(text string) bool { return s.words == nil || s.words.In(text) }

// MatchString reports whether the expression matches in text.
func (s sifted) MatchString(text string) bool { return s.worth(text) && s.Regexp.MatchString(text) }
