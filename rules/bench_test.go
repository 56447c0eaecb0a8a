package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"earshot/models"
)

// A card for the comparison with expr-lang/expr: the same rules in both
// languages. The words of a rule are its own, and a turn holds at most one of
// them, so that counting turns and counting hits is the same.
type benchCard struct {
	weights []float64
	yaml    string
	exprs   []string
}

const (
	benchRules = 40
	benchTurns = 60
)

func benchWord(rule, i int) string { return fmt.Sprintf("w%dx%c", rule, 'a'+i) }

func generateCard(rng *rand.Rand) benchCard {
	var c benchCard
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range benchRules {
		var words, contains []string
		for k := range 5 {
			words = append(words, benchWord(i, k))
			contains = append(contains, fmt.Sprintf(".Text contains %q", benchWord(i, k)))
		}
		party := []string{"agent", "customer"}[rng.IntN(2)]
		said := fmt.Sprintf(".Party == %q && (%s)", party, strings.Join(contains, " || "))
		wanted := "any: [" + strings.Join(words, ", ") + "], party: " + party
		n := 2 + rng.IntN(6)
		other := (i + 1) % benchRules
		anchor := fmt.Sprintf("words: {any: [%s]}", benchWord(other, 0))
		anchorExpr := fmt.Sprintf("findIndex(Turns, .Text contains %q)", benchWord(other, 0))
		when, x, conditions := "", "", ""
		switch rng.IntN(8) {
		case 0:
			when, x = fmt.Sprintf("words: {%s}", wanted), fmt.Sprintf("any(Turns, %s)", said)
		case 1:
			when, x = fmt.Sprintf("words: {%s, count: 2}", wanted), fmt.Sprintf("count(Turns, %s) >= 2", said)
		case 2:
			when, x = fmt.Sprintf("words: {%s, absolute: true, first: %d turns}", wanted, n), fmt.Sprintf("any(Turns[:%d], %s)", n, said)
		case 3:
			when, x = fmt.Sprintf("not: {words: {%s, absolute: true, last: %d turns}}", wanted, n), fmt.Sprintf("none(Turns[len(Turns)-%d:], %s)", n, said)
		case 4:
			conditions = fmt.Sprintf("    conditions: {anchor: {%s}}\n", anchor)
			when = fmt.Sprintf("words: {%s, after: anchor}", wanted)
			x = fmt.Sprintf("let i = %s; i != nil && any(Turns[i+1:], %s)", anchorExpr, said)
		case 5:
			conditions = fmt.Sprintf("    conditions: {anchor: {%s}}\n", anchor)
			when = fmt.Sprintf("all: [anchor, {not: {words: {%s, absolute: true, after: anchor, within: %d turns}}}]", wanted, n)
			x = fmt.Sprintf("let i = %s; i != nil && none(Turns[i+1:min(i+1+%d, len(Turns))], %s)", anchorExpr, n, said)
		case 6:
			when, x = fmt.Sprintf("dead_air: {time: over %ds}", n), fmt.Sprintf("any(Turns, .Gap > %d)", n)
		case 7:
			when, x = fmt.Sprintf("all: [{attribute: {name: amount, number: over %d}}, {words: {%s}}]", 100*n, wanted), fmt.Sprintf("Amount > %d && any(Turns, %s)", 100*n, said)
		}
		fmt.Fprintf(&b, "  - id: r%02d\n    version: \"1\"\n    name: r\n%s    when: {%s}\n", i, conditions, when)
		c.exprs = append(c.exprs, x)
		c.weights = append(c.weights, float64(1+rng.IntN(5)))
	}
	c.yaml = b.String()
	return c
}

// benchTurn is a turn as expr sees it, with the silence before it worked out.
type benchTurn struct {
	Party, Text string
	Gap         float64
}

type benchEnv struct {
	Turns  []benchTurn
	Amount float64
}

func generateCall(rng *rand.Rand) (*models.Interaction, benchEnv) {
	in := &models.Interaction{ID: "b", Channel: models.Phone, Language: "en", Attributes: map[string]string{}, Transcript: &models.Transcript{}}
	var env benchEnv
	env.Amount = float64(rng.IntN(1000))
	in.Attributes["amount"] = fmt.Sprint(env.Amount)
	clock := models.Millis(0)
	for range benchTurns {
		var words []string
		for range 11 {
			words = append(words, fmt.Sprintf("plain%d", rng.IntN(500)))
		}
		if rng.IntN(3) == 0 {
			words[rng.IntN(len(words))] = benchWord(rng.IntN(benchRules), rng.IntN(5))
		}
		gap := models.Millis(rng.IntN(9000))
		if len(env.Turns) == 0 {
			gap = 0
		}
		t := models.Turn{Party: []models.Party{models.Agent, models.Customer}[rng.IntN(2)], Start: clock + gap, Text: strings.Join(words, " ")}
		t.End = t.Start + 4000
		clock = t.End
		in.Transcript.Turns = append(in.Transcript.Turns, t)
		env.Turns = append(env.Turns, benchTurn{string(t.Party), t.Text, float64(gap) / 1000})
	}
	return in, env
}

func (c *benchCard) compile(t testing.TB) (*Set, []*vm.Program) {
	set := mustCompile(t, c.yaml)
	var programs []*vm.Program
	for _, x := range c.exprs {
		p, err := expr.Compile(x, expr.Env(benchEnv{}), expr.AsBool())
		if err != nil {
			t.Fatalf("%s: %v", x, err)
		}
		programs = append(programs, p)
	}
	return set, programs
}

func (c *benchCard) score(s *Session) float64 {
	sum := 0.0
	for i, r := range s.set.rules {
		if s.eval(r.root) == isHit {
			sum += c.weights[i]
		}
	}
	return sum
}

func (c *benchCard) scoreExpr(machine *vm.VM, programs []*vm.Program, env benchEnv) (float64, error) {
	sum := 0.0
	for i, p := range programs {
		out, err := machine.Run(p, env)
		if err != nil {
			return 0, err
		}
		if out == true {
			sum += c.weights[i]
		}
	}
	return sum, nil
}

// The comparison is worth nothing unless both give the same scores.
func TestScoresEqualExpr(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		card := generateCard(rng)
		set, programs := card.compile(t)
		s := set.Begin(nil)
		for range 5 {
			in, env := generateCall(rng)
			s.whole(in)
			ours := card.score(s)
			theirs, err := card.scoreExpr(&vm.VM{}, programs, env)
			if err != nil {
				t.Fatal(err)
			}
			if ours != theirs {
				for i, p := range programs {
					if out, _ := expr.Run(p, env); out != (s.eval(set.rules[i].root) == isHit) {
						t.Errorf("%s: expr says %v\n%s", card.exprs[i], out, s.Explain(set.rules[i].ID))
					}
				}
				t.Fatalf("seed %d: score %g, expr %g", seed, ours, theirs)
			}
		}
	}
}

// cpu reports the processor time of an operation, which other work on the
// machine does not lengthen.
func cpu(b *testing.B, loop func()) {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	b.ReportAllocs()
	before, n := used(), 0
	for b.Loop() {
		loop()
		n++
	}
	b.ReportMetric(float64(used()-before)/float64(n), "cpu-ns/op")
}

func BenchmarkCard(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	card := generateCard(rng)
	set, programs := card.compile(b)
	var calls []*models.Interaction
	var envs []benchEnv
	for range 64 {
		in, env := generateCall(rng)
		calls, envs = append(calls, in), append(envs, env)
	}
	b.Run("earshot", func(b *testing.B) {
		s, i := set.Begin(nil), 0
		cpu(b, func() {
			s.whole(calls[i%len(calls)])
			card.score(s)
			i++
		})
	})
	b.Run("expr", func(b *testing.B) {
		machine, i := &vm.VM{}, 0
		cpu(b, func() {
			if _, err := card.scoreExpr(machine, programs, envs[i%len(envs)]); err != nil {
				b.Fatal(err)
			}
			i++
		})
	})
}
