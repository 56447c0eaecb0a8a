package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"earshot/models/search/synth"
)

// naive is the oracle: every word at every place.
func naive(words [][]rune, text []rune) []Match {
	var out []Match
	for i := range text {
		for w, word := range words {
			if len(word) > 0 && i+len(word) <= len(text) && slices.Equal(text[i:i+len(word)], word) {
				out = append(out, Match{int32(w), int32(i), int32(i + len(word))})
			}
		}
	}
	sortMatches(out)
	return out
}

func sortMatches(m []Match) {
	slices.SortFunc(m, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Word, b.Word))
	})
}

func TestMatcherEqualsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letter := rapid.SampledFrom([]rune("退款投诉abc\U0001F600"))
		word := rapid.SliceOfN(letter, 0, 5)
		words := rapid.SliceOfN(word, 0, 30).Draw(t, "words")
		text := rapid.SliceOfN(letter, 0, 60).Draw(t, "text")
		got := NewMatcher(words).Find(nil, text)
		sortMatches(got)
		want := naive(words, text)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range want { // runes to bytes
			want[i].From, want[i].To = int32(len(string(text[:want[i].From]))), int32(len(string(text[:want[i].To])))
		}
		written := make([]string, len(words))
		for i, w := range words {
			written[i] = string(w)
		}
		got = NewExact(written).Find(nil, string(text))
		if sortMatches(got); !slices.Equal(got, want) {
			t.Fatalf("in bytes: got %v, want %v", got, want)
		}
	})
}

func TestMatcherOfManyWordsEqualsNaive(t *testing.T) {
	words, text := synth.Words(3000, 7), synth.Text(3000, 8)
	for i := 0; i < 200; i++ {
		copy(text[i*14:], words[i*3])
	}
	got := NewMatcher(words).Find(nil, text)
	sortMatches(got)
	want := naive(words, text)
	if len(want) < 200 || !slices.Equal(got, want) {
		t.Errorf("got %d matches, want %d", len(got), len(want))
	}
}

func TestMatcherWorstCase(t *testing.T) {
	word := []rune(strings.Repeat("a", 64))
	text := []rune(strings.Repeat("a", 10_000))
	if got := len(NewMatcher([][]rune{word, word[:63]}).Find(nil, text)); got != 10_000-63+10_000-62 {
		t.Errorf("got %d matches", got)
	}
}

func BenchmarkMatcher(b *testing.B) {
	for _, n := range []int{1000, 60_000} {
		m := NewMatcher(synth.Words(n, 7))
		text := synth.Text(100_000, 8)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(string(text))))
			var found []Match
			for b.Loop() {
				found = m.Find(found[:0], text)
			}
			b.ReportMetric(float64(len(found)), "matches")
		})
		written := make([]string, n)
		for i, w := range synth.Words(n, 7) {
			written[i] = string(w)
		}
		exact := NewExact(written)
		b.Run(fmt.Sprint(n, "/string"), func(b *testing.B) {
			s := string(text)
			b.SetBytes(int64(len(s)))
			var found []Match
			for b.Loop() {
				found = exact.Find(found[:0], s)
			}
			b.ReportMetric(float64(len(found)), "matches")
		})
	}
}

func BenchmarkMatcherBuild(b *testing.B) {
	words := synth.Words(60_000, 7)
	for b.Loop() {
		NewMatcher(words)
	}
}
