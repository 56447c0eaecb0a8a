package bench

import (
	"math/rand/v2"
	"syscall"
	"testing"

	"earshot/models"
)

// The comparison is worth nothing unless all give the same scores.
func TestScoresEqual(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		j, err := generateCard(rng).compile()
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			in, c := generateCall(rng)
			ours := j.earshot(in)
			byExpr, err := j.expr(c)
			if err != nil {
				t.Fatal(err)
			}
			byCEL, err := j.cel(c)
			if err != nil {
				t.Fatal(err)
			}
			if ours != byExpr || ours != byCEL {
				t.Fatalf("seed %d: score %g, expr %g, cel %g", seed, ours, byExpr, byCEL)
			}
		}
	}
}

// cpu reports the processor time of an operation, which other work on the
// machine does not lengthen.
func cpu(b *testing.B, loop func(i int)) {
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
		loop(n)
		n++
	}
	b.ReportMetric(float64(used()-before)/float64(n), "cpu-ns/op")
}

// BenchmarkCard scores calls of 60 turns by a card of 40 rules.
func BenchmarkCard(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	j, err := generateCard(rng).compile()
	if err != nil {
		b.Fatal(err)
	}
	var ins []*models.Interaction
	var calls []*call
	for range 64 {
		in, c := generateCall(rng)
		ins, calls = append(ins, in), append(calls, c)
	}
	b.Run("earshot", func(b *testing.B) { cpu(b, func(i int) { j.earshot(ins[i%len(ins)]) }) })
	b.Run("expr", func(b *testing.B) {
		cpu(b, func(i int) {
			if _, err := j.expr(calls[i%len(calls)]); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("cel", func(b *testing.B) {
		cpu(b, func(i int) {
			if _, err := j.cel(calls[i%len(calls)]); err != nil {
				b.Fatal(err)
			}
		})
	})
}
