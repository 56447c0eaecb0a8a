package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestFastEqualsSlow: long texts, which are searched in parts, have the same
// words in them; characters of all lengths and broken ones lie across the ends
// of parts.
func TestFastEqualsSlow(t *testing.T) {
	words := []string{"退款退", "退款", "款退", "投诉我", "abcd", "bcda", "dabc", "é退é退", "😀😀", "�退款", "abcdabcdabcd", "退abc"}
	t.Run("between spaces", func(t *testing.T) { fastEqualsSlow(t, words, true) })
	t.Run("everywhere", func(t *testing.T) { fastEqualsSlow(t, append(words, "aéab"), false) })
}

func fastEqualsSlow(t *testing.T, words []string, ranged bool) {
	e := NewExact(words)
	if e.bloom == nil || e.bloom.begin != (byteRange{}) != ranged {
		t.Fatal("these words are looked for in another way")
	}
	random := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"退", "款", "投", "诉", "我", "a", "b", "c", "d", "abcd", "é", "😀", "�", "\xE9\x80", "\xE9", "\x80", "退款", " ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
	found := 0
	for round := range 200 {
		var b strings.Builder
		from := 0
		if round%2 == 0 {
			from = 5 * (round / 2 % 3)
		}
		for b.Len() < 3000+random.IntN(6000) {
			if random.IntN(60) == 0 {
				from = 5 * random.IntN(3)
			}
			b.WriteString(pieces[min(len(pieces)-1, from+random.IntN(9))])
		}
		text := b.String()
		got, want := e.findFast(nil, text), e.findSlow(nil, text, 0)
		if !slices.Equal(got, want) {
			t.Fatalf("%q: %d found, %d by the slow search", text, len(got), len(want))
		}
		found += len(got)
	}
	if found < 10_000 {
		t.Errorf("only %d found", found)
	}
}
