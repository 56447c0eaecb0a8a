package feelings

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"earshot/models/fold"
	"earshot/models/script"
	"earshot/models/search"
)

// hashed is the features of a text for the sentiment classifier: indexes into
// its table of weights.
type hashed struct {
	all     []uint32
	matches []search.Match
	runes   []rune   // Chinese characters and what stands between them
	words   []uint64 // hashes of English words
}

var hashedPool = sync.Pool{New: func() any { return new(hashed) }}

// Kinds of features.
const (
	oneKind = 1 + iota // a word, a character
	twoKind            // two in a row, and so on
	threeKind
	fourKind
	skippedKind // two characters with one between
	negatedKind // a word behind a negator
	prefixKind  // how a long word begins
	partKind    // a part of an English word
	shoutedKind
	lengthKind
	badKind // words of the polarity lexicon
	goodKind
	aroundKind // the words before and behind a word
	markKind   // how many of a mark there are
	doubtKind  // both ? and !
)

// polarTimes is how often the words of the polarity lexicons count: they hold
// in text of any kind.
const polarTimes = 2

// Parts of words that are features, in characters, the ends of the word
// included.
const (
	shortestPart = 3
	longestPart  = 5
)

const featureFactor = 0x9E3779B97F4A7C15

// mix adds x to the hash h.
func mix(h, x uint64) uint64 {
	h = (h ^ x) * featureFactor
	return h ^ h>>29
}

func (f *hashed) add(kind, h uint64) { f.all = append(f.all, feature(kind, h)) }

// feature returns the index of a feature.
func feature(kind, h uint64) uint32 { return uint32(mix(kind, h) >> (64 - featureBits)) }

// read reads the features of a text folded for search and returns its
// language.
func (f *hashed) read(text *fold.Text) (language int) {
	f.all = f.all[:0]
	han, letters := 0, 0
	for _, r := range text.Runes {
		switch {
		case r < utf8.RuneSelf:
			if r|0x20 >= 'a' && r|0x20 <= 'z' {
				letters++
			}
		case script.Han(r):
			han++
		case unicode.IsLetter(r):
			letters++
		}
	}
	if p, err := polarities(); err == nil {
		var bad, good float64
		bad, good, f.matches = p.valence(text, f.matches)
		for k := range uint64(polarTimes) {
			f.polar(badKind+2*k, bad)
			f.polar(goodKind+2*k, good)
		}
	}
	if 4*han > letters {
		f.readChinese(text.Runes)
		return chinese
	}
	f.readEnglish(text)
	return englishLanguage
}

// polar adds one feature for each full point of a sum of valences.
func (f *hashed) polar(kind uint64, sum float64) {
	for i := uint64(0); float64(i)+0.5 <= min(sum, 6); i++ {
		f.add(kind, i)
	}
}

// Marks of the beginning and the end of a text or a word.
const (
	textBegins = '^'
	textEnds   = '$'
)

// lastSpace is the last character that unicode.IsSpace knows.
const lastSpace = 0x3000

func (f *hashed) readChinese(text []rune) {
	runes, all := f.runes[:0], f.all
	runes = append(runes, textBegins)
	for _, r := range text {
		if r > lastSpace || !unicode.IsSpace(r) {
			runes = append(runes, r)
		}
	}
	runes = append(runes, textEnds)
	for i := range runes {
		h := uint64(0)
		for n, r := range runes[i:min(i+4, len(runes))] {
			h = mix(h, uint64(r))
			if n > 0 || r != textBegins && r != textEnds {
				all = append(all, feature(oneKind+uint64(n), h))
			}
		}
	}
	for i := 0; i+2 < len(text); i++ {
		all = append(all, feature(skippedKind, mix(uint64(text[i]), uint64(text[i+2]))))
	}
	f.runes, f.all = runes, all
	f.add(lengthKind, lengthClass(len(f.runes)))
}

func hashOf(word []rune) uint64 {
	h := uint64(0)
	for _, r := range word {
		h = mix(h, uint64(r))
	}
	return h
}

func hashSet(words ...string) map[uint64]bool {
	m := map[uint64]bool{}
	for _, w := range words {
		m[hashOf([]rune(w))] = true
	}
	return m
}

var negators = hashSet("not", "no", "never", "don't", "doesn't", "didn't", "isn't", "wasn't", "aren't", "can't", "cannot", "couldn't", "won't", "wouldn't", "shouldn't",
	"without", "nothing", "nobody", "hardly", "haven't", "hasn't", "ain't", "dont", "doesnt", "didnt", "isnt", "cant", "wont")

// negatorBits turns nearly all other words away, by their hashes.
var negatorBits = func() (bits [64]uint64) {
	for h := range negators {
		bits[h>>58] |= 1 << (h >> 52 & 63)
	}
	return bits
}()

// negationReach is how many words behind a negator are negated.
const negationReach = 3

func (f *hashed) readEnglish(text *fold.Text) {
	f.words = append(f.words[:0], textBegins)
	negated := 0
	word := func(w []rune) {
		h := hashOf(w)
		f.words = append(f.words, h)
		f.add(oneKind, h)
		if negated > 0 {
			f.add(negatedKind, h)
		}
		if len(w) > 5 {
			f.add(prefixKind, hashOf(w[:5]))
		}
		negated--
		if negatorBits[h>>58]>>(h>>52&63)&1 != 0 && negators[h] {
			negated = negationReach
		}
	}
	for rest := text.Runes; len(rest) > 0; {
		n, plain := 0, 0 // runes of the word, and of its beginning that are plain letters
		for n < len(rest) && inEnglishWord(rest[n]) {
			if plain == n && plainEnglish(rest[n]) {
				plain++
			}
			n++
		}
		switch {
		case n == 0:
			n = 1
		case plain > 0 && plain < n: // a mark that ends a word is a word
			word(rest[:plain])
			word(rest[plain:n])
		default:
			word(rest[:n])
		}
		rest = rest[n:]
	}
	f.words = append(f.words, textEnds)
	for i := range f.words {
		if i+2 <= len(f.words) {
			f.add(twoKind, mix(f.words[i], f.words[i+1]))
		}
		if i+3 <= len(f.words) {
			f.add(threeKind, mix(mix(f.words[i], f.words[i+1]), f.words[i+2]))
			f.add(aroundKind, mix(f.words[i], f.words[i+2]))
		}
	}
	f.parts(text.Runes)
	f.marks(text.Source)
	if shouted(text.Source) {
		f.add(shoutedKind, 0)
	}
	f.add(lengthKind, lengthClass(len(f.words)))
}

func inEnglishWord(r rune) bool {
	return script.Letter(r) || r == '\'' || r == '!' || r == '?' || unicode.IsSymbol(r)
}

func plainEnglish(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\'' }

// mostMarks is up to how many of a mark make a difference.
const mostMarks = 4

// marks adds how many marks that carry feeling a text has.
func (f *hashed) marks(text string) {
	var n [4]uint64
	for i := range len(text) {
		switch text[i] {
		case '!':
			n[0]++
		case '?':
			n[1]++
		case '.':
			n[2]++
		case ',':
			n[3]++
		}
	}
	for k, count := range n {
		f.add(markKind, uint64(k)*(mostMarks+1)+min(count, mostMarks))
	}
	if n[0] > 0 && n[1] > 0 {
		f.add(doubtKind, 0)
	}
}

// parts adds the parts of words.
func (f *hashed) parts(text []rune) {
	runes, all := f.runes, f.all
	for i := 0; i < len(text); {
		n := 0
		for i+n < len(text) && unicode.IsLetter(text[i+n]) {
			n++
		}
		if n > 0 {
			runes = append(append(append(runes[:0], textBegins), text[i:i+n]...), textEnds)
			for from := range runes {
				h := uint64(0)
				for k, r := range runes[from:min(from+longestPart, len(runes))] {
					if h = mix(h, uint64(r)); k+1 >= shortestPart {
						all = append(all, feature(partKind, h))
					}
				}
			}
		}
		i += n + 1
	}
	f.runes, f.all = runes, all
}

// lengthClass is how long a text is, in words or characters.
func lengthClass(n int) uint64 {
	switch {
	case n <= 4:
		return 0
	case n <= 8:
		return 1
	case n <= 16:
		return 2
	}
	return 3
}
