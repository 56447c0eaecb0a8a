package redact

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A form matched piece by piece is what one expression of its head and pieces
// matches.
func TestAddressFormsPieceByPiece(t *testing.T) {
	whole := map[string]*regexp.Regexp{}
	forms := map[string]addressForm{"street": street, "numbered": numbered, "unit after number": unitAfterNumber, "unit": unitPlace, "box": postBox}
	for name, f := range forms {
		whole[name] = regexp.MustCompile(f.head.String() + more + `{0,` + string(rune('0'+f.pieces)) + `}`)
	}
	found := map[string]int{}
	same := func(t rapid.TB, text string) {
		for name, f := range forms {
			want := 0
			if m := whole[name].FindStringIndex(text); m != nil {
				want = m[1]
				found[name]++
			}
			if got := f.match(text); got != want {
				t.Fatalf("%s in %q: %d bytes, want %d", name, text, got, want)
			}
		}
	}
	firsts := []string{"12 ", "12 Main Street", "7a, la Rue Apt 4", "1 Ünal 12", "P.O. Box 9", "Unit #2B"}
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"12", "7", "1234567", "3rd", "90210", "12345-6789", "Main", "O’Neill", "de", "la", "St", "St.", "Street", "Avenue", "Apt", "Suite", "#", "4B", "Box", "P.O.", "P O", "PSC", "CA", "NY",
			"and", "ünter", "Ünal", "x", ",", ".", "\n", "-", "'s", "I", "é\u0301", "\xff"})
		gap := rapid.SampledFrom([]string{" ", " ", " ", "", ", ", "  "})
		var b strings.Builder
		b.WriteString(rapid.SampledFrom(firsts).Draw(t, "first"))
		for range rapid.IntRange(0, 14).Draw(t, "pieces") {
			b.WriteString(piece.Draw(t, "piece"))
			b.WriteString(gap.Draw(t, "gap"))
		}
		same(t, b.String())
	})
	// Few random texts, as in a short run, may lack a form.
	for _, text := range firsts {
		same(t, text)
	}
	for name := range forms {
		if found[name] == 0 {
			t.Errorf("no text had a %s", name)
		}
	}
}
