package nlp

import (
	"math/rand/v2"
	"testing"
)

func TestPairTableNumbersAsAMapDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var table pairTable
	for round := range 5 {
		table.forget()
		want := map[uint64]int{}
		for range 3000 {
			key := uint64(rng.IntN(1500)) << 32
			next := len(want)
			id, ok := want[key]
			if !ok {
				id = next
				want[key] = id
			}
			if got := table.id(key, next); got != id {
				t.Fatalf("round %d: key %x has %d, want %d", round, key, got, id)
			}
			if table.taken != len(want) {
				t.Fatalf("round %d: %d taken of %d", round, table.taken, len(want))
			}
		}
	}
}

func TestPairValues(t *testing.T) {
	of := map[uint64]float64{}
	for k := range uint64(300) {
		of[(k+1)<<32|k*7] = float64(k)
	}
	values := newPairValues(of)
	for key, want := range of {
		if got, ok := values.of(key); !ok || got != want {
			t.Errorf("%x: %v, %v; want %v", key, got, ok, want)
		}
		if _, ok := values.of(key + 1); ok {
			t.Errorf("%x has a value", key+1)
		}
	}
}
