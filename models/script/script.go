// Package script tells what characters are: Chinese, letters of an alphabet,
// and where words and sentences end.
package script

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The tables of package unicode are searched; these ask them only about rare
// characters.

// Han reports whether r is a Chinese character.
func Han(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.Is(unicode.Han, r)
}

// Letter reports whether r is a letter or a digit of any script.
func Letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
	}
	return r >= 0x4E00 && r <= 0x9FFF || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// HasHan reports whether s holds a Chinese character.
func HasHan(s string) bool { return strings.ContainsFunc(s, Han) }

// WordByte reports whether b is part of a word, to regular expressions.
func WordByte(b byte) bool { return b < utf8.RuneSelf && (Letter(rune(b)) || b == '_') }

// SentenceEnds reports whether a sentence ends in characters folded for search.
func SentenceEnds(between []rune) bool {
	for i, r := range between {
		if r == '。' || r == '!' || r == '?' || r == '\n' || r == '.' && i+1 < len(between) && between[i+1] == ' ' {
			return true
		}
	}
	return false
}
