package terms

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPieces: the terms of any stretch are those of its text.
func TestPieces(t *testing.T) {
	words := strings.Fields("I paid two hundred and ten dollars , 三千 二百 元 九 点 半 didn't can't 3 万 半 个 小时 周 五 cents . on the twenty second oh nine and 百 分 之 十 x2 don ' t 1,234.50 9:40 一 点 钟")
	random := rand.New(rand.NewPCG(1, 2))
	var p Pieces
	alone := 0
	for range 3000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteString(words[random.IntN(len(words))])
			if random.IntN(3) > 0 {
				b.WriteByte(' ')
			}
		}
		text := b.String()
		p.Cut(text)
		from, to := random.IntN(len(text)+1), random.IntN(len(text)+1)
		from, to = min(from, to), max(from, to)
		if from < len(text) && !utf8.RuneStart(text[from]) || to < len(text) && !utf8.RuneStart(text[to]) {
			continue
		}
		got, first := p.Of(from, to)
		want := Of(text[from:to])
		if first >= 0 {
			alone++
			if len(got) > 0 && &got[0] != &p.Singles()[first] {
				t.Fatalf("%q: not where it says", text)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%q of %q: %v, want %v", text[from:to], text, got, want)
		}
		for i := range got {
			g, w := got[i], want[i]
			if g.Kind != w.Kind || g.Text != w.Text || g.Capital != w.Capital || !reflect.DeepEqual(g.Readings, w.Readings) {
				t.Fatalf("%q of %q: %v, want %v", text[from:to], text, g, w)
			}
		}
	}
	if alone < 100 {
		t.Errorf("only %d stretches without a number", alone)
	}
}
