package whispercpp

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"earshot/asr"
)

func TestContextWidth(t *testing.T) {
	for seconds, want := range map[float64]int{0.5: 512, 3: 512, 5: 512, 14: 768, 25: 1500, 30: 1500} {
		n := int(seconds * asr.Rate)
		got := contextWidth(n)
		if got != want || got != 1500 && got%256 != 0 || got < min(1500, n/320) {
			t.Errorf("%g s: %d, want %d", seconds, got, want)
		}
	}
}

func tokens(ids ...int) []token {
	out := make([]token, len(ids))
	for i, id := range ids {
		out[i] = token{id: id, log: -0.1}
	}
	return out
}

func TestLoop(t *testing.T) {
	texts := make([]string, 40)
	for i := range texts {
		texts[i] = fmt.Sprintf(" Word%d", i)
	}
	texts[39] = "word5"
	v := fakeVocabulary(texts...)
	repeat := func(n int, ids ...int) []token {
		var out []token
		for range n {
			out = append(out, tokens(ids...)...)
		}
		return out
	}
	sentence := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
	var stamped []token
	for i := range 3 {
		stamped = append(append(append(stamped, token{id: v.stamps + 10*i}), tokens(sentence...)...), token{id: v.stamps + 10*i + 9})
	}
	for name, c := range map[string]struct {
		tokens []token
		second int // -1: none
	}{
		"nothing":                  {nil, -1},
		"no no no":                 {repeat(3, 5), -1},
		"a digit ten times":        {repeat(10, 5), 1},
		"three thrice":             {repeat(3, 1, 2, 3), -1},
		"three four times":         {repeat(4, 1, 2, 3), 3},
		"twelve four times":        {repeat(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 12},
		"a sentence twice":         {repeat(2, sentence...), -1},
		"a sentence thrice":        {repeat(3, sentence...), len(sentence)},
		"with timestamps":          {stamped, len(sentence) + 3},
		"in capitals at first":     {append(tokens(39), repeat(9, 5)...), 1},
		"a loop after a beginning": {append(tokens(30, 31), repeat(4, 1, 2, 3)...), 5},
		"a loop that is over":      {append(repeat(4, 1, 2, 3), tokens(9, 8, 7)...), -1},
		"telephone digits 111":     {tokens(1, 1, 1, 2, 3, 4), -1},
	} {
		second, found := v.loop(c.tokens)
		if found != (c.second >= 0) || found && second != c.second {
			t.Errorf("%s: %d, %t, want %d", name, second, found, c.second)
		}
	}
}

// fakeVocabulary has a token for each text; timestamps begin after them.
func fakeVocabulary(texts ...string) *vocabulary {
	return &vocabulary{text: texts, folded: fold(texts), mask: make([]uint8, len(texts)), stop: len(texts), stamps: len(texts) + 10}
}

func TestWords(t *testing.T) {
	han := []byte("退款")
	v := fakeVocabulary(" I", " want", " re", "fund", ".", string(han[:2]), string(han[2:]), "我要", "，", "OK", "!")
	for _, c := range []struct {
		ids  []int
		want string
	}{
		{[]int{0, 1, 2, 3, 4}, " I| want| refund."},
		{[]int{7, 5, 6, 8, 9, 10}, "我要|退款，|OK!"}, // a character may be cut across tokens
		{[]int{5}, ""}, // half a character is no word
		{[]int{4, 0}, ".| I"},
		{nil, ""},
	} {
		var got []string
		for _, w := range v.words(tokens(c.ids...)) {
			got = append(got, w.Text)
			if math.Abs(w.Confidence-math.Exp(-0.1)) > 1e-6 {
				t.Errorf("%q: confidence %g", w.Text, w.Confidence)
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%v: %q, want %q", c.ids, s, c.want)
		}
	}
}

func TestSegments(t *testing.T) {
	v := fakeVocabulary(" a", " b", " c")
	e := &ear{vocab: v}
	at := func(steps int) token { return token{id: v.stamps + steps} }
	list := append([]token{at(0)}, tokens(0, 1)...)
	list = append(list, at(50), at(100))
	list = append(list, tokens(2)...)
	got := e.segments(list, 3*asr.Rate)
	if len(got) != 2 || got[0].From != 0 || got[0].To != asr.Rate || got[0].Text() != " a b" || got[1].From != 2*asr.Rate || got[1].To != 3*asr.Rate || got[1].Text() != " c" {
		t.Errorf("got %+v", got)
	}
	if got := e.segments([]token{at(0), at(50)}, asr.Rate); len(got) != 0 {
		t.Errorf("silence gave %+v", got)
	}
}

// TestPick compares the vectorised choice with a plain one.
func TestPick(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const stop, stamps, n = 400, 410, 500
	for range 200 {
		x, mask := make([]float32, n), make([]uint8, stop)
		for i := range x {
			x[i] = float32(r.NormFloat64() * 5)
			if i < stop && r.IntN(20) == 0 {
				mask[i] = 1
			}
		}
		text, stopping, lo := r.IntN(4) > 0, r.IntN(2) > 0, stamps+r.IntN(n-stamps)
		most := 1 + r.IntN(maxPicked)
		got := pick(x, mask, stop, text, stopping, lo, n, most)
		var texts []token
		stamp := token{id: -1}
		sum, sumStamps := 0.0, 0.0
		for i, v := range x {
			switch {
			case i < stop && text && mask[i] == 0, i == stop && stopping:
				texts = append(texts, token{i, v})
				sum += math.Exp(float64(v))
			case i >= lo:
				if stamp.id < 0 || v > stamp.log {
					stamp = token{i, v}
				}
				sum += math.Exp(float64(v))
				sumStamps += math.Exp(float64(v))
			}
		}
		slices.SortStableFunc(texts, func(a, b token) int { return cmp.Compare(b.log, a.log) })
		texts = texts[:min(len(texts), most)]
		near := func(a float32, b float64) bool { return math.Abs(float64(a)-b) < 1e-3 }
		same := slices.EqualFunc(got.texts, texts, func(a, b token) bool { return a.id == b.id && near(a.log, float64(b.log)-math.Log(sum)) })
		if !same || got.stamp.id != stamp.id || !near(got.stampAll, math.Log(sumStamps)-math.Log(sum)) {
			t.Fatalf("got %+v, want %v and %v", got, texts, stamp)
		}
	}
}
