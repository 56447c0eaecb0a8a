package search

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Exact finds every occurrence of every one of a set of words in text as it
// is, overlaps included, without folding. It may be used from many goroutines.
//
// Bloom filters (Bloom, 1970) over the first bytes of the words, one load of
// eight bytes and one multiplication a character, turn away nearly all places
// before the trie is touched; no character is decoded for that. Where no word
// is short one filter is enough, see bloom.
type Exact struct {
	matcher *Matcher
	ascii   []prefixFilter // of words that begin with an ASCII character, the longest prefix first
	other   []prefixFilter // of all other words
	bloom   *bloom         // of all words, nil where some are short
	first   firstBytes
}

// firstBytes is a set of the first two bytes of words, by a hash that few share:
// in a list of phrases most places of a text are turned away by it alone.
type firstBytes [1 << firstBits / 64]uint64

const firstBits = 12

func (f *firstBytes) add(word string) {
	for second := range 256 {
		if len(word) == 1 || int(word[1]) == second {
			i := firstHash(uint64(word[0]) | uint64(second)<<8)
			f[i>>6] |= 1 << (i & 63)
		}
	}
}

func (f *firstBytes) has(v uint64) bool {
	i := firstHash(v)
	return f[i>>6]>>(i&63)&1 != 0
}

// firstHash numbers two bytes, little-endian.
func firstHash(v uint64) uint64 { return (v<<4 ^ v>>8&0xFF) & (1<<firstBits - 1) }

// prefixFilter knows the first bytes of all words of some lengths.
type prefixFilter struct {
	mask  uint64 // of the bytes, little-endian
	shift uint   // of a hash to the index of a block
	bits  []uint64
}

// The lengths that filters look at, in bytes: a word is in the filter of the
// longest that it has. Six are two Chinese characters.
var (
	asciiPrefixes = []int{4, 3, 2, 1}
	otherPrefixes = []int{6, 3, 2}
)

// NewExact returns a search for words, which must be UTF-8. Equal words are
// all found; an empty one never is.
func NewExact(words []string) *Exact {
	letters := make([][]rune, len(words))
	e := &Exact{}
	var ascii, other []string
	for i, w := range words {
		switch {
		case w == "" || !utf8.ValidString(w):
			continue
		case w[0] < utf8.RuneSelf:
			ascii = append(ascii, w)
		default:
			other = append(other, w)
		}
		letters[i] = []rune(w)
		e.first.add(w)
	}
	e.matcher, e.bloom = NewMatcher(letters), newBloom(ascii, other)
	e.ascii, e.other = newPrefixFilters(ascii, asciiPrefixes), newPrefixFilters(other, otherPrefixes)
	return e
}

// newPrefixFilters returns the filters that are needed, one at least.
func newPrefixFilters(words []string, lengths []int) []prefixFilter {
	byLength := make([][]string, len(lengths))
	for _, w := range words {
		for k, n := range lengths {
			if len(w) >= n {
				byLength[k] = append(byLength[k], w[:n])
				break
			}
		}
	}
	var out []prefixFilter
	for k, n := range lengths {
		if len(byLength[k]) > 0 || k == 0 {
			out = append(out, newPrefixFilter(n, byLength[k]))
		}
	}
	return out
}

// newPrefixFilter returns a filter with 16 to 32 bits a word, two of them set.
func newPrefixFilter(length int, all []string) prefixFilter {
	blocks := blocksFor(len(all))
	f := prefixFilter{mask: 1<<(8*length) - 1, shift: uint(64 - blocks), bits: make([]uint64, 1<<blocks)}
	for _, p := range all {
		h := prefixOf(p) * hashFactor
		f.bits[h>>f.shift] |= pair(h)
	}
	return f
}

// blocksFor returns how many bits number the blocks of a filter of n words.
func blocksFor(n int) int { return max(bits.Len(uint(n*16/64)), 4) }

// prefixOf returns up to eight bytes as a little-endian number.
func prefixOf(p string) (v uint64) {
	for i := range len(p) {
		v |= uint64(p[i]) << (8 * i)
	}
	return v
}

const hashFactor = 0x9E3779B97F4A7C15

// pair returns the two bits of a hash in its block.
func pair(h uint64) uint64 { return 1<<(h>>20&63) | 1<<(h>>26&63) }

var places = sync.Pool{New: func() any { return new(candidates) }}

// Find appends the matches in text, at most 2 GiB, to dst, by their start, then
// their length. Their places are bytes.
func (e *Exact) Find(dst []Match, text string) []Match {
	if e.bloom != nil {
		return e.findFast(dst, text)
	}
	return e.findSlow(dst, text, 0)
}

// In reports whether any of the words stands in text.
func (e *Exact) In(text string) bool {
	found := BorrowMatches()
	*found = e.Find(*found, text)
	in := len(*found) > 0
	ReturnMatches(found)
	return in
}

// findSlow finds from byte i on.
func (e *Exact) findSlow(dst []Match, text string, i int) []Match {
	b := unsafe.Slice(unsafe.StringData(text), len(text)) // only read
	for i+8 <= len(b) {
		v := binary.LittleEndian.Uint64(b[i:])
		if e.first.has(v) && e.passes(v) && utf8.RuneStart(b[i]) {
			dst = e.matcher.walkString(dst, text, i)
		}
		i++
		if byte(v) >= 0xE0 && byte(v) < 0xF0 && v&0xC0C000 == 0x808000 {
			i += 2 // no word begins within a character of three bytes
		}
	}
	for ; i < len(b); i++ {
		if utf8.RuneStart(b[i]) {
			dst = e.matcher.walkString(dst, text, i)
		}
	}
	return dst
}

// passes reports whether a word may begin with the bytes of v, or some of them.
func (e *Exact) passes(v uint64) bool {
	filters := e.ascii
	if byte(v) >= utf8.RuneSelf {
		filters = e.other
	}
	for k := range filters {
		f := &filters[k]
		h := (v & f.mask) * hashFactor
		want := pair(h)
		if f.bits[h>>(f.shift&63)]&want == want {
			return true
		}
	}
	return false
}
