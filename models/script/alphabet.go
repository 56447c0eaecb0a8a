package script

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"earshot/models/search"
)

// FindOutside appends the words in text that do not begin within a word of an
// alphabet.
func FindOutside(dst []search.Match, m *search.Matcher, text []rune) []search.Match {
	memory := search.Borrow()
	memory.Places = Outside(memory.Places[:0], text)
	dst = m.FindAt(dst, text, memory)
	search.Return(memory)
	return dst
}

// Outside appends the places of text that are not within a word of an alphabet.
func Outside(places []int32, text []rune) []int32 {
	table := alphabets()
	places = slices.Grow(places, len(text))[:len(text)]
	n, before := 0, false
	for i, r := range text {
		now := table.has(r)
		if places[n] = int32(i); !now || !before {
			n++
		}
		before = now
	}
	return places[:n]
}

// within reports whether rune i and the one before it are of one word of an
// alphabet.
func within(text []rune, i int) bool {
	return i > 0 && Alphabetic(text[i]) && Alphabetic(text[i-1])
}

// Bounded reports whether a match does not begin or end inside a word of an
// alphabet, or inside a number.
func Bounded(text []rune, m search.Match, prefix bool) bool {
	last := text[m.To-1]
	if within(text, int(m.From)) {
		return false
	}
	return prefix || int(m.To) == len(text) || !Alphabetic(last) || !Alphabetic(text[m.To])
}

// Alphabetic reports whether r is part of words that stand between spaces.
func Alphabetic(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// runeSet is a set of characters of the basic plane that are alphabetic.
type runeSet [0x10000 / 64]uint64

var alphabets = sync.OnceValue(func() *runeSet {
	s := new(runeSet)
	for r := range rune(0x10000) {
		if Alphabetic(r) {
			s[r>>6] |= 1 << (r & 63)
		}
	}
	return s
})

// has is alphabetic by the table.
func (s *runeSet) has(r rune) bool {
	if uint32(r) < 0x10000 {
		return s[r>>6]>>(r&63)&1 != 0
	}
	return Alphabetic(r)
}
