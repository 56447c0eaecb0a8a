package nlp

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// matcher finds every occurrence of every one of a set of words in folded
// text, overlaps included.
//
// The words lie in a trie stored as a double array (Aoe, "An Efficient Digital
// Search Algorithm by Using a Double-Array Structure", 1989), but for the ends of
// words that no other word shares: these lie apart, see tail. A search starts
// at each rune, but a bitmap of the hashed beginnings of words turns away nearly
// all starts before the trie is touched, see beginnings. That beats an Aho-Corasick automaton with fail
// links on text in which few words occur; the worst case is the length of the
// longest word a rune, and entries are short.
type matcher struct {
	codes   *[0x10000]uint16 // of a rune of the basic plane in some word; 0: in none
	astral  map[rune]uint16
	filter  beginnings
	bounded bool // no word is looked for from within a word of an alphabet on
	states  []state
	endsAt  []int32  // by state at which words end: where these begin in order
	order   []int32  // indexes of words, sorted by their text; the last of equal ones has wordEnds
	tails   []uint16 // see tail
}

// state is one of the double array, or a free slot: eight bytes, since how many
// are in a cache at once is what a search takes.
type state struct {
	base  int32 // where its children begin, or its tail, with hasTail; and wordEnds
	check int32 // its parent plus 1; 0: free
}

const (
	wordEnds = -1 << 31 // is set in the base of a state at which words end
	hasTail  = 1 << 30  // of one after which but one word goes on
)

// A tail is what is left of a word where no other begins the same way: how many
// codes, where the word stands in order, in two halves, then the codes.
const tailCodes = 3

// match says that word number word stands at runes from to to.
type match struct{ word, from, to int32 }

// newMatcher returns a matcher for words. An empty word never matches. Equal
// words are all reported.
func newMatcher(words [][]rune) *matcher {
	m := &matcher{codes: new([0x10000]uint16), astral: map[rune]uint16{}}
	keys := make([][]uint16, len(words))
	next := uint16(1)
	number := func(r rune) uint16 {
		c := m.code(r)
		if c == 0 && next < 0xFFFF {
			c, next = next, next+1
			if r < 0x10000 {
				m.codes[r] = c
			} else {
				m.astral[r] = c
			}
		}
		return c
	}
	for _, w := range words { // words of one character first: beginnings tells them by their codes
		if len(w) == 1 {
			number(w[0])
		}
	}
	singles := next - 1
	for i, w := range words {
		keys[i] = make([]uint16, len(w))
		for k, r := range w {
			keys[i][k] = number(r)
		}
		if len(w) > 0 {
			m.order = append(m.order, int32(i))
		}
	}
	slices.SortStableFunc(m.order, func(a, b int32) int { return slices.Compare(keys[a], keys[b]) })
	m.filter = newBeginnings(keys, singles)
	b := &builder{matcher: m, keys: keys}
	b.build()
	for i, w := range m.order {
		if i+1 == len(m.order) || !slices.Equal(keys[w], keys[m.order[i+1]]) {
			m.order[i] |= wordEnds
		}
	}
	return m
}

func (m *matcher) code(r rune) uint16 {
	if uint32(r) < 0x10000 {
		return m.codes[r]
	}
	if len(m.astral) == 0 {
		return 0
	}
	return m.astral[r]
}

// search is the memory of a search.
type search struct {
	codes  []uint16 // of the runes of a text, then some that are 0
	places []int32  // at which a word may begin
	begins []int32  // those of places at which one seems to
}

var searches = sync.Pool{New: func() any { return new(search) }}

// find appends all matches in text to dst, by their start, then their length.
func (m *matcher) find(dst []match, text []rune) []match {
	if len(m.order) == 0 || len(text) == 0 {
		return dst
	}
	s := searches.Get().(*search)
	if m.bounded {
		s.places = outside(s.places[:0], text)
	} else {
		s.places = everywhere(s.places[:0], len(text))
	}
	dst = m.findAt(dst, text, s)
	searches.Put(s)
	return dst
}

// findAt is find for words that begin at the places of s.
func (m *matcher) findAt(dst []match, text []rune, s *search) []match {
	s.codes = slices.Grow(s.codes[:0], len(text)+len(noCodes))[:len(text)]
	for i, r := range text {
		s.codes[i] = m.code(r)
	}
	s.codes = append(s.codes, noCodes[:]...)
	s.begins = m.filter.among(s.begins[:0], s.places, s.codes)
	for _, i := range s.begins {
		dst = m.walk(dst, s.codes, int(i))
	}
	return dst
}

// next returns the state that follows one without a tail on a code; 0: there is
// none.
func (m *matcher) next(at int32, code uint16) int32 {
	to := m.states[at].base&^wordEnds + int32(code)
	if code == 0 || int(to) >= len(m.states) || m.states[to].check != at+1 {
		return 0
	}
	return to
}

// tail returns the codes left of the word after a state that has one, and where
// the word stands in order.
func (m *matcher) tail(base int32) (codes []uint16, order int32) {
	t := m.tails[base&^(wordEnds|hasTail):]
	return t[tailCodes : tailCodes+int(t[0])], int32(t[1])<<16 | int32(t[2])
}

// walkString appends the matches in text that begin at byte i; from and to are
// bytes.
func (m *matcher) walkString(dst []match, text string, i int) []match {
	at := int32(0)
	for k := i; k < len(text); {
		if base := m.states[at].base; base&hasTail != 0 {
			return m.walkTail(dst, base, text, i, k)
		}
		r, size := utf8.DecodeRuneInString(text[k:])
		if at = m.next(at, m.code(r)); at == 0 {
			return dst
		}
		k += size
		dst = m.report(dst, at, i, k)
	}
	return dst
}

// walkTail is walkString from byte k on, where there is but a tail.
func (m *matcher) walkTail(dst []match, base int32, text string, i, k int) []match {
	codes, order := m.tail(base)
	for _, c := range codes {
		r, size := utf8.DecodeRuneInString(text[k:])
		if m.code(r) != c {
			return dst
		}
		k += size
	}
	return m.words(dst, order, i, k)
}

// walk appends the matches in codes that begin at i; a code of 0 ends them.
func (m *matcher) walk(dst []match, codes []uint16, i int) []match {
	at := int32(0)
	for k := i; k < len(codes); {
		if base := m.states[at].base; base&hasTail != 0 {
			left, order := m.tail(base)
			if k+len(left) > len(codes) || !slices.Equal(codes[k:k+len(left)], left) {
				return dst
			}
			return m.words(dst, order, i, k+len(left))
		}
		if at = m.next(at, codes[k]); at == 0 {
			return dst
		}
		k++
		dst = m.report(dst, at, i, k)
	}
	return dst
}

// report appends the words that end at a state.
func (m *matcher) report(dst []match, at int32, from, to int) []match {
	if m.states[at].base < 0 {
		return m.words(dst, m.endsAt[at], from, to)
	}
	return dst
}

// words appends the words that are equal to the one that stands first in order.
func (m *matcher) words(dst []match, first int32, from, to int) []match {
	for _, w := range m.order[first:] {
		dst = append(dst, match{word: w &^ wordEnds, from: int32(from), to: int32(to)})
		if w < 0 {
			break
		}
	}
	return dst
}
