package rules

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"earshot/models"
)

// TestSieve: what regular expressions and patterns notice is the same whether
// turns are sifted and expressions taken apart or not.
func TestSieve(t *testing.T) {
	alternatives := []string{`退.{0,2}款`, `\d+ ?天`, `今天|明天`, `下周|周[一二]`, `\bnow\b`, `(?:by|on) (?:monday|noon)`, `call +me`, `[0-9]{3}`, `款项?`, `x*y`, `天后`}
	texts := strings.Fields("退 款 退款 3天 今天 明天 下周一 周二 now know by monday noon call me 123 45 款项 xxy 天后 , 。 Ｎow ‘")
	random := rand.New(rand.NewPCG(3, 4))
	hits := 0
	for range 150 {
		var parts []string
		for range 1 + random.IntN(5) {
			parts = append(parts, alternatives[random.IntN(len(alternatives))])
		}
		words := []string{texts[random.IntN(4)], texts[4+random.IntN(8)]}
		sifted := mustCompile(t, fmt.Sprintf("rules:\n  - {id: aa, version: \"1\", name: n, when: {any: [{regex: {match: '%s'}}, {pattern: {match: '(%s) <2> #'}}]}}\n", strings.Join(parts, "|"), strings.Join(words, "|")))
		plain := mustCompile(t, fmt.Sprintf("rules:\n  - {id: aa, version: \"1\", name: n, when: {any: [{regex: {match: '%s'}}, {pattern: {match: '(%s) <2> #'}}]}}\n", strings.Join(parts, "|"), strings.Join(words, "|")))
		for _, source := range plain.sources {
			if r, ok := source.(*regexSource); ok {
				r.parts = r.parts[:0:0]
				r.parts = append(r.parts, r.match)
			}
		}
		plain.sieve = sieve{first: make([]int, len(plain.sources)+1), known: make([]bool, 64)}
		var b strings.Builder
		for range 8 {
			b.WriteString("C: ")
			for range 1 + random.IntN(6) {
				b.WriteString(texts[random.IntN(len(texts))])
				if random.IntN(2) > 0 {
					b.WriteByte(' ')
				}
			}
			b.WriteString("\n")
		}
		in := &models.Interaction{ID: "x", Transcript: models.MustParse(b.String())}
		a, z := sifted.Begin(in), plain.Begin(in)
		a.Whole(in)
		z.Whole(in)
		for i := range a.noticed {
			a.hits(i)
			z.hits(i)
		}
		if !reflect.DeepEqual(a.noticed, z.noticed) {
			t.Fatalf("%s in %s\n%v\n%v", strings.Join(parts, "|"), b.String(), a.noticed, z.noticed)
		}
		for _, list := range a.noticed {
			hits += len(list)
		}
	}
	if hits < 500 {
		t.Errorf("only %d hits", hits)
	}
}
