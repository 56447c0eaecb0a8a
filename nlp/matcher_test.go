package nlp

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive is the oracle: every word at every place.
func naive(words [][]rune, text []rune) []match {
	var out []match
	for i := range text {
		for w, word := range words {
			if len(word) > 0 && i+len(word) <= len(text) && slices.Equal(text[i:i+len(word)], word) {
				out = append(out, match{int32(w), int32(i), int32(i + len(word))})
			}
		}
	}
	sortMatches(out)
	return out
}

func sortMatches(m []match) {
	slices.SortFunc(m, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.word, b.word))
	})
}

func TestMatcherEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letter := rapid.SampledFrom([]rune("退款投诉abc\U0001F600"))
		word := rapid.SliceOfN(letter, 0, 5)
		words := rapid.SliceOfN(word, 0, 30).Draw(t, "words")
		text := rapid.SliceOfN(letter, 0, 60).Draw(t, "text")
		got := newMatcher(words).find(nil, text)
		sortMatches(got)
		want := naive(words, text)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range want { // runes to bytes
			want[i].from, want[i].to = int32(len(string(text[:want[i].from]))), int32(len(string(text[:want[i].to])))
		}
		written := make([]string, len(words))
		for i, w := range words {
			written[i] = string(w)
		}
		got = NewExact(written).find(nil, string(text))
		if sortMatches(got); !slices.Equal(got, want) {
			t.Fatalf("in bytes: got %v, want %v", got, want)
		}
	})
}

// manyWords are n words in the proportions of real lists: mostly two to five
// Chinese characters, some English. The same seed gives the same words.
func manyWords(n int, seed uint64) [][]rune {
	random := rand.New(rand.NewPCG(seed, 1))
	words := make([][]rune, n)
	for i := range words {
		if random.IntN(10) == 0 {
			w := make([]rune, 4+random.IntN(8))
			for k := range w {
				w[k] = 'a' + rune(random.IntN(26))
			}
			words[i] = w
			continue
		}
		w := make([]rune, 2+random.IntN(4))
		for k := range w {
			// Common characters are far more common than rare ones.
			w[k] = 0x4E00 + rune(random.ExpFloat64()*900)%20000
		}
		words[i] = w
	}
	return words
}

func manyRunes(n int, seed uint64) []rune {
	random := rand.New(rand.NewPCG(seed, 2))
	text := make([]rune, n)
	for i := range text {
		if random.IntN(12) == 0 {
			text[i] = []rune("，。 ,.ae")[random.IntN(7)]
			continue
		}
		text[i] = 0x4E00 + rune(random.ExpFloat64()*900)%20000
	}
	return text
}

func TestMatcherOfManyWordsEqualsNaive(t *testing.T) {
	words, text := manyWords(3000, 7), manyRunes(3000, 8)
	for i := 0; i < 200; i++ {
		copy(text[i*14:], words[i*3])
	}
	got := newMatcher(words).find(nil, text)
	sortMatches(got)
	want := naive(words, text)
	if len(want) < 200 || !slices.Equal(got, want) {
		t.Errorf("got %d matches, want %d", len(got), len(want))
	}
}

func TestMatcherWorstCase(t *testing.T) {
	word := []rune(strings.Repeat("a", 64))
	text := []rune(strings.Repeat("a", 10_000))
	if got := len(newMatcher([][]rune{word, word[:63]}).find(nil, text)); got != 10_000-63+10_000-62 {
		t.Errorf("got %d matches", got)
	}
}

func BenchmarkMatcher(b *testing.B) {
	for _, n := range []int{1000, 60_000} {
		m := newMatcher(manyWords(n, 7))
		text := manyRunes(100_000, 8)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(string(text))))
			var found []match
			for b.Loop() {
				found = m.find(found[:0], text)
			}
			b.ReportMetric(float64(len(found)), "matches")
		})
		written := make([]string, n)
		for i, w := range manyWords(n, 7) {
			written[i] = string(w)
		}
		exact := NewExact(written)
		b.Run(fmt.Sprint(n, "/string"), func(b *testing.B) {
			s := string(text)
			b.SetBytes(int64(len(s)))
			var found []match
			for b.Loop() {
				found = exact.find(found[:0], s)
			}
			b.ReportMetric(float64(len(found)), "matches")
		})
	}
}

func BenchmarkMatcherBuild(b *testing.B) {
	words := manyWords(60_000, 7)
	for b.Loop() {
		newMatcher(words)
	}
}
