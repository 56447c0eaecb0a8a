package redact

import (
	_ "embed"
	"strings"
)

// words_en.bin is a Bloom filter of English words that people write in small
// letters; redact/dictionary makes it.
//
//go:embed words_en.bin
var englishWords []byte

// WordFilter is a Bloom filter of words (Bloom, CACM 1970).
type WordFilter []byte

// wordHashes is how many bits a word sets.
const wordHashes = 5

// Add puts a word in small letters into the filter.
func (f WordFilter) Add(word string) {
	f.each(word, func(i int, bit byte) bool {
		f[i] |= bit
		return true
	})
}

// HasFold reports whether word and ending together, in letters of either size,
// were added; one in some thousand that were not seems to have been.
func (f WordFilter) HasFold(word, ending string) bool {
	return f.eachOf(hashFold(hashFold(hashStart, word), ending), func(i int, bit byte) bool { return f[i]&bit != 0 })
}

// FNV-1a of 64 bits.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

// hashFold goes on with the hash of word in small letters.
func hashFold(h uint64, word string) uint64 {
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c >= 0x80: // letters beyond ASCII have other bytes when small
			for _, b := range []byte(strings.ToLower(word[i:])) {
				h = (h ^ uint64(b)) * hashPrime
			}
			return h
		}
		h = (h ^ uint64(c)) * hashPrime
	}
	return h
}

func (f WordFilter) each(word string, do func(int, byte) bool) bool {
	h := hashStart
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * hashPrime
	}
	return f.eachOf(h, do)
}

func (f WordFilter) eachOf(sum uint64, do func(int, byte) bool) bool {
	a, b := uint32(sum), uint32(sum>>32)|1
	for k := range uint32(wordHashes) {
		bit := (a + k*b) % uint32(len(f)*8)
		if !do(int(bit/8), 1<<(bit%8)) {
			return false
		}
	}
	return true
}

var englishFilter = WordFilter(englishWords)

// isWord reports whether a word, or the word it is a form of, is common.
func isWord(w string) bool {
	w = strings.Trim(w, ".'’-")
	w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
	return len(w) < 2 || englishFilter.HasFold(w, "") || isProper(w) || w[len(w)-1]|0x20 == 's' && englishFilter.HasFold(w[:len(w)-1], "") || isTrade(w)
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
