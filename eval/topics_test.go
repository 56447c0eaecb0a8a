package eval_test

import (
	"math"
	"testing"

	"earshot/eval"
)

// The figures of a worked case were computed by hand.
func TestTopics(t *testing.T) {
	for _, test := range []struct {
		name         string
		found, truth []int
		purity       float64
		nmi, ari     float64
		unplaced     int
	}{
		{"same groups", []int{1, 1, 0, 0, -1}, []int{7, 7, 8, 8, 9}, 1, 1, 1, 1},
		{"all in one", []int{0, 0, 0, 0}, []int{1, 1, 2, 2}, 0.5, 0, 0, 0},
		{"each alone", []int{0, 1, 2, 3}, []int{1, 1, 2, 2}, 1, 2.0 / 3, 0, 0},
		// Of 15 pairs 6 are together as found, 7 in truth, 4 in both.
		{"one astray", []int{0, 0, 0, 1, 1, 1}, []int{1, 1, 2, 2, 2, 2}, 5.0 / 6, 0.4788, (4 - 6*7/15.0) / (6.5 - 6*7/15.0), 0},
	} {
		r := eval.Topics(test.found, test.truth)
		if math.Abs(r.Purity-test.purity) > 1e-9 || math.Abs(r.NMI-test.nmi) > 1e-3 || math.Abs(r.ARI-test.ari) > 1e-9 || r.Unplaced != test.unplaced || r.N != len(test.found) {
			t.Errorf("%s: %+v", test.name, r)
		}
	}
	if r := eval.Topics(nil, []int{}); r.N != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}
