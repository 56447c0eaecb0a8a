package nlp

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"earshot/eval"
	"earshot/models"
	"earshot/models/terms"
)

var fitWeights = flag.Bool("fit", false, "write the weights of the signals that the dialogues for development give")

// fitted is a clause to fit weights to.
type fitted struct {
	dialogue int
	features features
	told     float64 // the share of the words of facts that it tells
}

const weightsPenalty = 1 / 0.3 // times half the squares of the weights

// expected are the weights that we expect where the dialogues show too few of a
// signal: readers have to know of threats.
var expected = features{graveWord: 1, churnWord: 0.5, solvedWord: 0.5}

// fit returns the weights of logistic regression with a penalty on the squares of
// what they differ from the expected, by Newton's method.
func fit(rows []fitted) (w features) {
	for range 30 {
		var gradient features
		var hessian [signals]features
		for i := range rows {
			f := &rows[i].features
			sum := 0.0
			for k, v := range f {
				sum += v * w[k]
			}
			p := 1 / (1 + math.Exp(-sum))
			for k, v := range f {
				if v == 0 {
					continue
				}
				gradient[k] += v * (p - rows[i].told)
				for m := 0; m <= k; m++ {
					hessian[k][m] += v * f[m] * p * (1 - p)
				}
			}
		}
		for k := range w {
			penalty := weightsPenalty
			if signal(k) == always {
				penalty = 1e-6
			}
			gradient[k] += penalty * (w[k] - expected[k])
			hessian[k][k] += penalty
		}
		step := solve(&hessian, gradient)
		largest := 0.0
		for k := range w {
			w[k] -= step[k]
			largest = max(largest, math.Abs(step[k]))
		}
		if largest < 1e-6 {
			break
		}
	}
	return w
}

// solve returns x of a·x = b by Cholesky's method; a is symmetric, its lower half
// counts.
func solve(a *[signals]features, b features) (x features) {
	for i := range a {
		for j := 0; j <= i; j++ {
			sum := a[i][j]
			for k := range j {
				sum -= a[i][k] * a[j][k]
			}
			if i == j {
				a[i][i] = math.Sqrt(sum)
			} else {
				a[i][j] = sum / a[j][j]
			}
		}
	}
	for i := range a {
		sum := b[i]
		for k := range i {
			sum -= a[i][k] * x[k]
		}
		x[i] = sum / a[i][i]
	}
	for i := len(a) - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < len(a); k++ {
			sum -= a[k][i] * x[k]
		}
		x[i] = sum / a[i][i]
	}
	return x
}

func summaryItems(t testing.TB, file string) []eval.SummaryItem {
	f, err := os.Open("../cmd/earshot/testdata/summaries/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	items, err := eval.ReadLines[eval.SummaryItem](f)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// fittedOf returns the clauses of conversations with what they tell of the facts.
func fittedOf(t testing.TB, step *Step, items []eval.SummaryItem) (rows []fitted) {
	for n, item := range items {
		in := &models.Interaction{ID: models.ID(item.ID), Channel: models.Phone, Transcript: item.Dialogue.Transcript()}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		turns := in.Transcript.Turns
		worth := newWorths(in.Transcript)
		all := sentences(in.Transcript, worth)
		weights := weigh(in.Transcript, all, in.Findings, worth)
		places := placesOf(item.Facts, turns)
		for i := range all {
			s := &all[i]
			if weights[i].out {
				continue
			}
			base := featuresOf(in.Transcript, s, &weights[i])
			for k, c := range s.clauses {
				text := turns[s.turn].Text[c.from:c.to]
				row := fitted{dialogue: n, features: base}
				row.features.ofClause(s, k, text)
				for _, p := range places {
					if p.first <= s.turn && s.turn <= p.last {
						row.told += shareOf(p.want, text)
					}
				}
				row.told = min(row.told, 1)
				rows = append(rows, row)
			}
		}
		worth.release()
	}
	return rows
}

// factPlace is where a fact is told: in one turn or in two that follow.
type factPlace struct {
	first, last int
	want        []terms.Term
}

func placesOf(facts []eval.Fact, turns []models.Turn) (out []factPlace) {
	for _, fact := range facts {
		found := false
		for width := 1; width <= 2 && !found; width++ {
			for i := 0; i+width <= len(turns); i++ {
				var said []string
				for k := range width {
					said = append(said, turns[i+k].Text)
				}
				if fact.In(said) {
					found = true
					out = append(out, factPlace{i, i + width - 1, wordingOf(fact, strings.Join(said, "\n"))})
				}
			}
		}
	}
	return out
}

// wordingOf returns the words of that wording of a fact which text has most of.
func wordingOf(fact eval.Fact, text string) (want []terms.Term) {
	most := 0.0
	for _, wording := range fact {
		var all []terms.Term
		for _, t := range terms.Of(wording) {
			if !terms.Empty(&t) {
				all = append(all, t)
			}
		}
		if n := shareOf(all, text); n > most {
			most, want = n, all
		}
	}
	return want
}

// shareOf returns the share of want that text has; a number counts as two words.
func shareOf(want []terms.Term, text string) float64 {
	had, all := 0.0, 0.0
	said := terms.Of(text)
	for i := range want {
		n := 1.0
		if want[i].Kind == terms.Number {
			n = 2
		}
		all += n
		for k := range said {
			if want[i].Same(&said[k]) {
				had += n
				break
			}
		}
	}
	if all == 0 {
		return 0
	}
	return had / all
}

// summaryFolds is how many parts the dialogues are cut into for TestSummaryRecall.
const summaryFolds = 8

// TestSummaryRecall measures summaries of dialogues that the weights in use were
// not fitted to: each eighth with the weights of the others.
func TestSummaryRecall(t *testing.T) {
	if testing.Short() {
		t.Skip("fits the weights eight times")
	}
	items, step := summaryItems(t, "development.jsonl"), builtinStep(t)
	rows := fittedOf(t, step, items)
	defer func(w features) { signalWeights = w }(signalWeights)
	made := make([]eval.Summarised, len(items))
	for fold := range summaryFolds {
		var others []fitted
		for _, r := range rows {
			if r.dialogue%summaryFolds != fold {
				others = append(others, r)
			}
		}
		signalWeights = fit(others)
		for i := fold; i < len(items); i += summaryFolds {
			in := &models.Interaction{ID: models.ID(items[i].ID), Channel: models.Phone, Transcript: items[i].Dialogue.Transcript()}
			if _, err := step.Run(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			for _, s := range in.Summary.Text {
				made[i].Statements = append(made[i].Statements, s.Text)
			}
		}
	}
	r := eval.Summary(items, made)
	t.Logf("%d dialogues: recall %.3f, Chinese %.3f, English %.3f, length %.3f", r.N, r.Recall, r.Languages["zh"].Recall, r.Languages["en"].Recall, r.Length)
	if r.Recall < 0.66 || r.Longest > summaryShare {
		t.Errorf("recall %.3f, longest %.3f", r.Recall, r.Longest)
	}
}

// TestSignalWeights: the weights are those that the dialogues for development
// give.
func TestSignalWeights(t *testing.T) {
	got := fit(fittedOf(t, builtinStep(t), summaryItems(t, "development.jsonl")))
	if *fitWeights {
		writeWeights(t, got)
		return
	}
	for i, want := range signalWeights {
		if math.Abs(got[i]-want) > 0.0051 {
			t.Errorf("signal %d weighs %.3f, the dialogues give %.3f: run this test with -fit", i, want, got[i])
		}
	}
}

func writeWeights(t *testing.T, w features) {
	var b strings.Builder
	b.WriteString("package nlp\n\n// Code generated by go test ./nlp -run SignalWeights -fit; DO NOT EDIT.\n\n// signalWeights are logits: what a signal adds where it is 1.\nvar signalWeights = features{")
	for i, v := range w {
		if i%10 == 0 {
			b.WriteString("\n\t")
		} else {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%.2f,", v)
	}
	b.WriteString("\n}\n")
	if err := os.WriteFile("signal_weights.go", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
