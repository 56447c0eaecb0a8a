// Package search finds every one of many words in a text at once, overlaps
// included: in text as it is, or in characters that a caller has folded.
package search

import (
	"slices"
	"sync"
	"unicode/utf8"
)

// Matcher finds every occurrence of every one of a set of words in a text of
// characters, overlaps included. It may be used from many goroutines.
//
// The words lie in a trie stored as a double array (Aoe, "An Efficient Digital
// Search Algorithm by Using a Double-Array Structure", 1989), but for the ends of
// words that no other word shares: these lie apart, see tail. A search starts
// at each rune, but a bitmap of the hashed beginnings of words turns away nearly
// all starts before the trie is touched, see beginnings. That beats an Aho-Corasick automaton with fail
// links on text in which few words occur; the worst case is the length of the
// longest word a rune, and entries are short.
type Matcher struct {
	codes  *[0x10000]uint16 // of a rune of the basic plane in some word; 0: in none
	astral map[rune]uint16
	filter beginnings
	states []state
	endsAt []int32  // by state at which words end: where these begin in order
	order  []int32  // indexes of words, sorted by their text; the last of equal ones has wordEnds
	tails  []uint16 // see tail
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

// Match says that word number Word stands from From to To: characters or, of a
// search in a string, bytes.
type Match struct{ Word, From, To int32 }

// NewMatcher returns a Matcher for words. An empty word never matches. Equal
// words are all reported.
func NewMatcher(words [][]rune) *Matcher {
	m := &Matcher{codes: new([0x10000]uint16), astral: map[rune]uint16{}}
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
	b := &builder{Matcher: m, keys: keys}
	b.build()
	for i, w := range m.order {
		if i+1 == len(m.order) || !slices.Equal(keys[w], keys[m.order[i+1]]) {
			m.order[i] |= wordEnds
		}
	}
	return m
}

func (m *Matcher) code(r rune) uint16 {
	if uint32(r) < 0x10000 {
		return m.codes[r]
	}
	if len(m.astral) == 0 {
		return 0
	}
	return m.astral[r]
}

// Memory is what a search works in, and where it looks.
type Memory struct {
	Places []int32  // at which a word may begin, in order
	codes  []uint16 // of the characters of a text, then some that are 0
	begins []int32  // those of Places at which one seems to
}

var memories = sync.Pool{New: func() any { return new(Memory) }}

// Borrow returns memory for searches; Return takes it back.
func Borrow() *Memory { return memories.Get().(*Memory) }

// Return gives memory back, which must not be used any more.
func Return(m *Memory) { memories.Put(m) }

var lists = sync.Pool{New: func() any { return new([]Match) }}

// BorrowMatches returns an empty list to find in; ReturnMatches takes it back.
func BorrowMatches() *[]Match {
	list := lists.Get().(*[]Match)
	*list = (*list)[:0]
	return list
}

// ReturnMatches gives a list back, which must not be used any more.
func ReturnMatches(list *[]Match) { lists.Put(list) }

// Find appends all matches in text to dst, by their start, then their length.
func (m *Matcher) Find(dst []Match, text []rune) []Match {
	memory := Borrow()
	memory.Places = everywhere(memory.Places[:0], len(text))
	dst = m.FindAt(dst, text, memory)
	Return(memory)
	return dst
}

// FindAt is Find for words that begin at the places of the memory.
func (m *Matcher) FindAt(dst []Match, text []rune, memory *Memory) []Match {
	if len(m.order) == 0 || len(text) == 0 {
		return dst
	}
	memory.codes = slices.Grow(memory.codes[:0], len(text)+len(noCodes))[:len(text)]
	for i, r := range text {
		memory.codes[i] = m.code(r)
	}
	memory.codes = append(memory.codes, noCodes[:]...)
	memory.begins = m.filter.among(memory.begins[:0], memory.Places, memory.codes)
	for _, i := range memory.begins {
		dst = m.walk(dst, memory.codes, int(i))
	}
	return dst
}

// next returns the state that follows one without a tail on a code; 0: there is
// none.
func (m *Matcher) next(at int32, code uint16) int32 {
	to := m.states[at].base&^wordEnds + int32(code)
	if code == 0 || int(to) >= len(m.states) || m.states[to].check != at+1 {
		return 0
	}
	return to
}

// tail returns the codes left of the word after a state that has one, and where
// the word stands in order.
func (m *Matcher) tail(base int32) (codes []uint16, order int32) {
	t := m.tails[base&^(wordEnds|hasTail):]
	return t[tailCodes : tailCodes+int(t[0])], int32(t[1])<<16 | int32(t[2])
}

// walkString appends the matches in text that begin at byte i; from and to are
// bytes.
func (m *Matcher) walkString(dst []Match, text string, i int) []Match {
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
func (m *Matcher) walkTail(dst []Match, base int32, text string, i, k int) []Match {
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
func (m *Matcher) walk(dst []Match, codes []uint16, i int) []Match {
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
func (m *Matcher) report(dst []Match, at int32, from, to int) []Match {
	if m.states[at].base < 0 {
		return m.words(dst, m.endsAt[at], from, to)
	}
	return dst
}

// words appends the words that are equal to the one that stands first in order.
func (m *Matcher) words(dst []Match, first int32, from, to int) []Match {
	for _, w := range m.order[first:] {
		dst = append(dst, Match{Word: w &^ wordEnds, From: int32(from), To: int32(to)})
		if w < 0 {
			break
		}
	}
	return dst
}
