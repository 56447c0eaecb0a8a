package rules

import (
	"slices"
	"strings"
)

// token is a word of a spaced script, a number, or one character of a script
// without spaces. Punctuation and spaces lie between tokens.
type token struct {
	from, to int32 // runes of the normalised text
	number   bool
}

const chineseDigits = "零〇一二三四五六七八九十百千万亿两半几"

var numberWords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half") {
		set[w] = true
	}
	return set
}()

// tokenize splits normalised text into tokens. A run of Chinese numerals is
// one number, but single characters too common in words (一 in 一下) are left
// to patterns that ask for a number.
func tokenize(text []rune, out []token) []token {
	for i := 0; i < len(text); {
		r := text[i]
		switch {
		case strings.ContainsRune(chineseDigits, r):
			j := i + 1
			for j < len(text) && strings.ContainsRune(chineseDigits, text[j]) {
				j++
			}
			out = append(out, token{int32(i), int32(j), true})
			i = j
		case wide(r) && r > 0x303F: // no punctuation
			out = append(out, token{from: int32(i), to: int32(i + 1)})
			i++
		case isWord(r):
			j, digits := i, true
			for j < len(text) && (isWord(text[j]) || (text[j] == '\'' || text[j] == '.' || text[j] == ',') && j > i && j+1 < len(text) && isWord(text[j+1]) && sameKind(text[j-1], text[j+1])) {
				digits = digits && (text[j] >= '0' && text[j] <= '9' || text[j] == '.' || text[j] == ',')
				j++
			}
			out = append(out, token{int32(i), int32(j), digits || numberWords[string(text[i:j])]})
			i = j
		default:
			i++
		}
	}
	return out
}

// sameKind reports whether two characters are both digits or both letters, so
// that a sign between them (1.5, don't) belongs to the token.
func sameKind(a, b rune) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	return digit(a) == digit(b)
}

// tokens returns the tokens of the turn being scanned.
func (sc *scanner) tokens() []token {
	if !sc.tokenized {
		sc.token = tokenize(sc.text(), sc.token[:0])
		sc.tokenized = true
	}
	return sc.token
}

// grams is a bag of single tokens and pairs of neighbours, each as a hash.
type grams struct {
	count map[uint64]int
	n     int
}

// hashRunes is FNV-1a over runes.
func hashRunes(h uint64, text []rune) uint64 {
	for _, r := range text {
		h = (h ^ uint64(r)) * 1099511628211
	}
	return h
}

const hashSeed = 14695981039346656037

// gramsOf returns the hashes of tokens and of pairs.
func gramsOf(text []rune, tokens []token) (single, pair []uint64) {
	for i, t := range tokens {
		h := hashRunes(hashSeed, text[t.from:t.to])
		single = append(single, h)
		if i > 0 {
			pair = append(pair, single[i-1]*31+h)
		}
	}
	return single, pair
}

func bag(hashes ...[]uint64) grams {
	g := grams{count: map[uint64]int{}}
	for _, h := range slices.Concat(hashes...) {
		g.count[h]++
		g.n++
	}
	return g
}

// dice is the Sørensen–Dice coefficient of two bags: 0 nothing in common,
// 1 the same.
func dice(a, b grams) float64 {
	if a.n == 0 || b.n == 0 {
		return 0
	}
	if len(a.count) > len(b.count) {
		a, b = b, a
	}
	common := 0
	for h, n := range a.count {
		common += min(n, b.count[h])
	}
	return 2 * float64(common) / float64(a.n+b.n)
}
