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
// Search Algorithm by Using a Double-Array Structure", 1989). A search starts
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
	endsAt  []int32 // by state at which words end: where these begin in order
	order   []int32 // indexes of words, sorted by their text; the last of equal ones has wordEnds
}

// state is one of the double array, or a free slot: eight bytes, since how many
// are in a cache at once is what a search takes.
type state struct {
	base  int32 // where its children begin, and wordEnds
	check int32 // its parent plus 1; 0: free
}

// wordEnds is set in the base of a state at which words end.
const wordEnds = -1 << 31

// match says that word number word stands at runes from to to.
type match struct{ word, from, to int32 }

// newMatcher returns a matcher for words. An empty word never matches. Equal
// words are all reported.
func newMatcher(words [][]rune) *matcher {
	m := &matcher{codes: new([0x10000]uint16), astral: map[rune]uint16{}}
	keys := make([][]uint16, len(words))
	next := uint16(1)
	for i, w := range words {
		keys[i] = make([]uint16, len(w))
		for k, r := range w {
			c := m.code(r)
			if c == 0 && next < 0xFFFF {
				c, next = next, next+1
				if r < 0x10000 {
					m.codes[r] = c
				} else {
					m.astral[r] = c
				}
			}
			keys[i][k] = c
		}
		if len(w) > 0 {
			m.order = append(m.order, int32(i))
		}
	}
	slices.SortStableFunc(m.order, func(a, b int32) int { return slices.Compare(keys[a], keys[b]) })
	m.filter = newBeginnings(keys, int(next))
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
	s.codes = s.codes[:0]
	for _, r := range text {
		s.codes = append(s.codes, m.code(r))
	}
	s.codes = append(s.codes, noCodes[:]...)
	for _, i := range s.places {
		if m.filter.has((*[beginLength]uint16)(s.codes[i:])) {
			dst = m.walk(dst, s.codes, int(i))
		}
	}
	return dst
}

// next returns the state that follows one on a code; 0: there is none.
func (m *matcher) next(at int32, code uint16) int32 {
	to := m.states[at].base&^wordEnds + int32(code)
	if code == 0 || int(to) >= len(m.states) || m.states[to].check != at+1 {
		return 0
	}
	return to
}

// walkString appends the matches in text that begin at byte i; from and to are
// bytes.
func (m *matcher) walkString(dst []match, text string, i int) []match {
	at := int32(0)
	for k := i; k < len(text); {
		r, size := utf8.DecodeRuneInString(text[k:])
		if at = m.next(at, m.code(r)); at == 0 {
			return dst
		}
		k += size
		dst = m.report(dst, at, i, k)
	}
	return dst
}

// walk appends the matches in codes that begin at i; a code of 0 ends them.
func (m *matcher) walk(dst []match, codes []uint16, i int) []match {
	at := int32(0)
	for k, c := range codes[i:] {
		if at = m.next(at, c); at == 0 {
			return dst
		}
		dst = m.report(dst, at, i, i+k+1)
	}
	return dst
}

// report appends the words that end at a state.
func (m *matcher) report(dst []match, at int32, from, to int) []match {
	if m.states[at].base < 0 {
		for _, w := range m.order[m.endsAt[at]:] {
			dst = append(dst, match{word: w &^ wordEnds, from: int32(from), to: int32(to)})
			if w < 0 {
				break
			}
		}
	}
	return dst
}
