package lexicons

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"earshot/models/search"
)

// A hidden word is found wherever it stands, though it is not looked for
// everywhere.
func TestHiddenWordsBeginNowhereElse(t *testing.T) {
	l := Vocabulary("hidden", "en", []string{"shit", "ass", "@ss", "退款", "add it", "lle", "a退款"})
	d, err := NewDictionary([]*Lexicon{l})
	if err != nil {
		t.Fatal(err)
	}
	hidden := func(text string, all []search.Match) (out []search.Match) {
		folded := tightFolder.Fold(text)
		for _, m := range all {
			from, to := folded.Span(int(m.From), int(m.To))
			if _, ok := d.words[d.tightIDs[m.Word]].hiddenIn(text, from, to); ok {
				out = append(out, m)
			}
		}
		return out
	}
	n := 0
	same := func(t rapid.TB, text string) {
		folded := tightFolder.Fold(text)
		want := hidden(text, d.tight.Find(nil, folded.Runes))
		if got := hidden(text, d.findTight(nil, &folded)); !slices.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
		n += len(want)
	}
	same(t, "a s-h-i-t 退 款 a")
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"s", "h", "i", "t", "a", "@", "d", "l", "e", "1", "!", "$", " ", ".", "*", "退", "款", "ｓ", "Ａ", "é", "\u200b", "'", "shit", "退款"})
		same(t, strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "text"), ""))
	})
	if n == 0 {
		t.Error("no hidden word in any text")
	}
}
