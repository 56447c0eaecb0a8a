package script

import (
	"slices"
	"testing"

	"earshot/models/search"
)

func TestWordsOfAlphabets(t *testing.T) {
	text := []rune("我要refund了 it's 第3次é退款")
	m := search.NewMatcher([][]rune{[]rune("fund"), []rune("refund"), []rune("次"), []rune("款"), []rune("s"), []rune("ref")})
	var found []string
	for _, f := range FindOutside(nil, m, text) {
		if Bounded(text, f, false) {
			found = append(found, string(text[f.From:f.To]))
		}
	}
	if want := []string{"refund", "s", "次", "款"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if !Bounded(text, search.Match{From: 2, To: 5}, true) {
		t.Error("a beginning that may go on is not bounded")
	}
}

// The table and the function behind it agree on every character that it holds.
func TestAlphabetTable(t *testing.T) {
	table := alphabets()
	for r := rune(0); r < 0x20000; r++ {
		if table.has(r) != Alphabetic(r) {
			t.Fatalf("%U: the table says %v", r, table.has(r))
		}
	}
}

func TestSentenceEnds(t *testing.T) {
	for text, want := range map[string]bool{"好。那": true, "no! I": true, "it. Then": true, "3.5 元": false, "a, b": false, "": false, "end.": false} {
		if got := SentenceEnds([]rune(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
