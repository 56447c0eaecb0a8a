package search

import (
	"math/bits"
	"slices"
	"unsafe"
)

// beginnings knows how the words of a Matcher begin: a bitmap of hashes, small
// enough for the second cache, where the trie is not. Most of what begins like a
// word does so by two or three characters and goes on otherwise, so six are
// looked at, or the whole word where it has fewer.
type beginnings struct {
	bitTable
	singles uint16 // codes up to this one are words of one character
}

// beginLength is how many codes are looked at.
const beginLength = 6

// noCodes stand behind the end of a text, where there is no word.
var noCodes [beginLength]uint16

// newBeginnings returns the beginnings of words, given by their codes, of which
// those up to singles are words of one character.
func newBeginnings(words [][]uint16, singles uint16) beginnings {
	n := 0
	for _, w := range words {
		if len(w) > 0 {
			n++
		}
	}
	size := bits.Len(uint(n*16)) + 1 // 16 to 32 bits a word
	size = min(max(size, 10), 20)
	b := beginnings{bitTable{uint(64 + 6 - size), make([]uint64, 1<<size/64)}, singles}
	for _, w := range words {
		if len(w) < 2 {
			continue
		}
		var c [beginLength]uint16
		copy(c[:], w)
		four, two := pack(&c)
		b.add(beginHash(four, two))
		if len(w) > 2 {
			b.add(beginHash(four&firstThree, onlyThree))
		}
	}
	return b
}

// pack returns the first four codes and the two after them, the first lowest.
func pack(c *[beginLength]uint16) (four, two uint64) {
	return uint64(c[0]) | uint64(c[1])<<16 | uint64(c[2])<<32 | uint64(c[3])<<48, uint64(c[4]) | uint64(c[5])<<16
}

const (
	firstTwo   = 0xFFFF_FFFF
	firstThree = 0xFFFF_FFFF_FFFF
	fifth      = 0xFFFF
	onlyThree  = 1 << 32 // in place of the codes after the fourth: there may be more than three
)

func beginHash(four, two uint64) uint64 { return four*hashFactor + two*secondFactor }

// among appends those of places at which a word may begin. Behind the codes of the
// text are some that are 0.
func (b *beginnings) among(dst, places []int32, codes []uint16) []int32 {
	table, shift := unsafe.Pointer(unsafe.SliceData(b.bits)), b.shift
	for _, i := range places {
		c := (*[beginLength]uint16)(codes[i:])
		if c[0] == 0 {
			continue
		}
		four, two := pack(c)
		if bit(table, shift, beginHash(four&firstTwo, 0)) != 0 || c[0] <= b.singles ||
			bit(table, shift, beginHash(four&firstThree, onlyThree)) != 0 && b.goesOn(four, two) {
			dst = append(dst, i)
		}
	}
	return dst
}

// goesOn reports whether a word of three codes or more may begin with codes with
// which one begins by the first three.
func (b *beginnings) goesOn(four, two uint64) bool {
	return b.has(beginHash(four&firstThree, 0)) || b.has(beginHash(four, 0)) || b.has(beginHash(four, two&fifth)) || b.has(beginHash(four, two))
}

// everywhere appends all places of a text of n characters.
func everywhere(places []int32, n int) []int32 {
	places = slices.Grow(places, n)[:n]
	for i := range places {
		places[i] = int32(i)
	}
	return places
}
