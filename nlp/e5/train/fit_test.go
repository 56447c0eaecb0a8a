package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"earshot/models"
	"earshot/nlp"
)

// TestFit: of examples made by known weights, these are found again.
func TestFit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	want := []float64{-1, 2, 0.5}
	var set []example
	for range 20000 {
		x := []float32{1, float32(r.NormFloat64()), float32(r.NormFloat64())}
		set = append(set, example{x, r.Float64() < 1/(1+math.Exp(-dot(want, x))), 1})
	}
	for k, w := range fit(set, 1e-3) {
		if math.Abs(w-want[k]) > 0.1 {
			t.Errorf("weight %d is %.3f, want %.1f", k, w, want[k])
		}
	}
}

// TestLearn: a label that the vectors show gets a head whose probabilities can be
// relied on; one that they do not show gets none.
func TestLearn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shown := nlp.Meaning{Label: "repeat", Party: models.Customer, Kind: "word.repeat"}
	hidden := nlp.Meaning{Label: "churn", Party: models.Customer, Kind: "word.churn"}
	var lines []line
	for i := range 1500 {
		l := line{party: models.Customer, group: i, x: make([]float32, 1+nlp.Dims)}
		l.x[0] = 1
		for k := range nlp.Dims {
			l.x[1+k] = float32(0.1 * r.NormFloat64())
		}
		if i%4 == 0 {
			l.does = append(l.does, "repeat")
			l.x[1] += 3
		}
		if r.IntN(5) == 0 {
			l.does = append(l.does, "churn")
		}
		lines = append(lines, l)
	}
	mean := make([]float64, nlp.Dims)
	o := learn(lines, shown, mean)
	if o.head == nil || o.at.lines.right < 300 || o.at.lines.precision() < precision {
		t.Fatalf("outcome %+v", o)
	}
	logit := o.head.Bias + 3.0/scale*o.head.Weights[0]
	if p := 1 / (1 + math.Exp(-logit)); p < 0.9 {
		t.Errorf("what the vectors show is told with %.2f", p)
	}
	if o := learn(lines, hidden, mean); o.head != nil {
		t.Errorf("what they do not show is told: %+v", o)
	}
}

// TestGood: what is told of hard utterances, of conversations, and beyond word
// lists has to be right often enough, each by itself.
func TestGood(t *testing.T) {
	for name, c := range map[string]struct {
		tally
		good bool
	}{
		"all well":              {tally{count{80, 10}, count{20, 5}, count{20, 2}}, true},
		"utterances":            {tally{count{80, 30}, count{40, 5}, count{20, 2}}, false},
		"beyond word lists":     {tally{count{80, 10}, count{5, 9}, count{20, 2}}, false},
		"conversations":         {tally{count{80, 10}, count{20, 5}, count{20, 8}}, false},
		"one conversation of 4": {tally{count{80, 10}, count{20, 5}, count{3, 1}}, false},
		"beyond, of many":       {tally{count{80, 10}, count{60, 30}, count{20, 2}}, false},
		"none shows it":         {tally{count{81, 19}, count{20, 5}, count{0, 0}}, false},
		"none shows it, surely": {tally{count{90, 10}, count{20, 5}, count{0, 0}}, true},
	} {
		if got := c.tally.good(); got != c.good {
			t.Errorf("%s: good is %t", name, got)
		}
	}
}
