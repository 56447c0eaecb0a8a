// Package bench measures Earshot's rules beside two general expression
// languages, expr-lang/expr and cel-go: the same generated scorecards, said in
// each of the three, over the same generated calls. It is a module of its own
// so that what only measures need does not come into the program.
package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	cardRules = 40
	callTurns = 60
)

// card is a scorecard of rules with weights, each said in three languages. The
// words of a rule are its own, and a turn holds at most one of them, so that
// counting turns and counting hits is the same.
type card struct {
	weights []float64
	yaml    string
	exprs   []string
	cels    []string
}

func word(rule, i int) string { return fmt.Sprintf("w%dx%c", rule, 'a'+i) }

func generateCard(rng *rand.Rand) *card {
	c := &card{}
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range cardRules {
		c.rule(&b, rng, i)
		c.weights = append(c.weights, float64(1+rng.IntN(5)))
	}
	c.yaml = b.String()
	return c
}

// rule adds the i-th rule, of one of eight kinds.
func (c *card) rule(b *strings.Builder, rng *rand.Rand, i int) {
	var words, inExpr, inCEL []string
	for k := range 5 {
		words = append(words, word(i, k))
		inExpr = append(inExpr, fmt.Sprintf(".Text contains %q", word(i, k)))
		inCEL = append(inCEL, fmt.Sprintf("t.Text.contains(%q)", word(i, k)))
	}
	party := []string{"agent", "customer"}[rng.IntN(2)]
	wanted := "any: [" + strings.Join(words, ", ") + "], party: " + party
	said := fmt.Sprintf(".Party == %q && (%s)", party, strings.Join(inExpr, " || "))
	saidCEL := fmt.Sprintf("t.Party == %q && (%s)", party, strings.Join(inCEL, " || "))
	n := 2 + rng.IntN(6)
	anchor := word((i+1)%cardRules, 0)
	at := fmt.Sprintf("findIndex(Turns, .Text contains %q)", anchor)
	atCEL := fmt.Sprintf("Turns.filter(a, a.Text.contains(%q))", anchor)
	var when, x, cel, conditions string
	switch rng.IntN(8) {
	case 0:
		when, x, cel = "words: {"+wanted+"}", "any(Turns, "+said+")", "Turns.exists(t, "+saidCEL+")"
	case 1:
		when, x, cel = "words: {"+wanted+", count: 2}", "count(Turns, "+said+") >= 2", "Turns.filter(t, "+saidCEL+").size() >= 2"
	case 2:
		when = fmt.Sprintf("words: {%s, absolute: true, first: %d turns}", wanted, n)
		x = fmt.Sprintf("any(Turns[:%d], %s)", n, said)
		cel = fmt.Sprintf("Turns.slice(0, %d).exists(t, %s)", n, saidCEL)
	case 3:
		when = fmt.Sprintf("not: {words: {%s, absolute: true, last: %d turns}}", wanted, n)
		x = fmt.Sprintf("none(Turns[len(Turns)-%d:], %s)", n, said)
		cel = fmt.Sprintf("!Turns.slice(Turns.size()-%d, Turns.size()).exists(t, %s)", n, saidCEL)
	case 4:
		conditions = fmt.Sprintf("    conditions: {anchor: {words: {any: [%s]}}}\n", anchor)
		when = fmt.Sprintf("words: {%s, after: anchor}", wanted)
		x = fmt.Sprintf("let i = %s; i != nil && any(Turns[i+1:], %s)", at, said)
		cel = fmt.Sprintf("cel.bind(h, %s, h.size() > 0 && Turns.slice(h[0].Index+1, Turns.size()).exists(t, %s))", atCEL, saidCEL)
	case 5:
		conditions = fmt.Sprintf("    conditions: {anchor: {words: {any: [%s]}}}\n", anchor)
		when = fmt.Sprintf("all: [anchor, {not: {words: {%s, absolute: true, after: anchor, within: %d turns}}}]", wanted, n)
		x = fmt.Sprintf("let i = %s; i != nil && none(Turns[i+1:min(i+1+%d, len(Turns))], %s)", at, n, said)
		cel = fmt.Sprintf("cel.bind(h, %s, h.size() > 0 && !Turns.slice(h[0].Index+1, math.least(h[0].Index+1+%d, Turns.size())).exists(t, %s))", atCEL, n, saidCEL)
	case 6:
		when, x, cel = fmt.Sprintf("dead_air: {time: over %ds}", n), fmt.Sprintf("any(Turns, .Gap > %d)", n), fmt.Sprintf("Turns.exists(t, t.Gap > %d.0)", n)
	case 7:
		when = fmt.Sprintf("all: [{attribute: {name: amount, number: over %d}}, {words: {%s}}]", 100*n, wanted)
		x = fmt.Sprintf("Amount > %d && any(Turns, %s)", 100*n, said)
		cel = fmt.Sprintf("Amount > %d.0 && Turns.exists(t, %s)", 100*n, saidCEL)
	}
	fmt.Fprintf(b, "  - id: r%02d\n    version: \"1\"\n    name: r\n%s    when: {%s}\n", i, conditions, when)
	c.exprs, c.cels = append(c.exprs, x), append(c.cels, cel)
}
