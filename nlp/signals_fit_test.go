package nlp

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"earshot/models"
	"earshot/models/fold"
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

// besides are weights added to the fitted: real chats and posts, which cannot be
// kept with the sources, tell more by what customers ask and, in few words, say
// than the dialogues for development do.
var besides = features{asked: 0.5, byParty + perParty + questioned: 1, byParty + perParty + brief: 0.8}

// weightsFor returns the weights to use: the fitted and those besides.
func weightsFor(rows []fitted) features {
	w := fit(rows)
	for i, more := range besides {
		w[i] += more
	}
	return w
}

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

// summaryItem is a conversation and what its summary should tell.
type summaryItem struct {
	in    *models.Interaction
	facts []summaryFact
}

// summaryFact is a fact in one or more wordings.
type summaryFact []string

// UnmarshalJSON reads a wording or a list of them.
func (f *summaryFact) UnmarshalJSON(b []byte) error {
	*f = summaryFact{""}
	if json.Unmarshal(b, &(*f)[0]) == nil {
		return nil
	}
	return json.Unmarshal(b, (*[]string)(f))
}

// tight folds letters, without spaces and punctuation.
var tight = fold.New(fold.Tight)

// actors are who facts are about.
var actors = strings.NewReplacer("客户", "", "坐席", "", "客服", "", "customer", "", "Customer", "", "agent", "", "Agent", "")

// contentOf returns the terms of a wording that tell something.
func contentOf(wording string) (want []terms.Term) {
	for _, t := range terms.Of(wording) {
		if !terms.Empty(&t) {
			want = append(want, t)
		}
	}
	return want
}

// in reports whether a text tells the fact, as eval summary counts it: a wording
// letter by letter, or every number of it and most of its other words.
func (f summaryFact) in(text string) bool {
	said := terms.Of(text)
	letters := tight.Fold(text)
	for _, wording := range f {
		if folded := tight.Fold(wording); strings.Contains(letters.String(), folded.String()) {
			return true
		}
		want := contentOf(actors.Replace(wording))
		var all, had [terms.Mark + 1]float64 // by kind
		for i := range want {
			all[want[i].Kind]++
			if slices.ContainsFunc(said, func(t terms.Term) bool { return want[i].Same(&t) }) {
				had[want[i].Kind]++
			}
		}
		if had[terms.Number] == all[terms.Number] && had[terms.Word] >= 0.7*all[terms.Word] && had[terms.Han] >= 0.75*all[terms.Han] {
			return true
		}
	}
	return false
}

// summaryItems reads the dialogues for development, with their findings.
func summaryItems(t testing.TB, step *Step) (items []summaryItem) {
	text, err := os.ReadFile("../cmd/earshot/testdata/summaries/development.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var item struct {
			ID, Dialogue string
			Facts        []summaryFact
		}
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		in := &models.Interaction{ID: models.ID(item.ID), Channel: models.Phone, Transcript: models.MustParse(item.Dialogue)}
		for i := range in.Transcript.Turns { // as eval summary has them
			at := models.Millis(i) * 10_000
			in.Transcript.Turns[i].Start, in.Transcript.Turns[i].End = at, at+5000
		}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		items = append(items, summaryItem{in, item.Facts})
	}
	return items
}

// fittedOf returns the clauses of conversations with what they tell of the facts.
func fittedOf(items []summaryItem) (rows []fitted) {
	for n, item := range items {
		in, turns := item.in, item.in.Transcript.Turns
		worth := newWorths(in.Transcript)
		all := sentences(in.Transcript, worth)
		weights := weigh(in.Transcript, all, in.Findings, worth)
		places := placesOf(item.facts, turns)
		for i := range all {
			s := &all[i]
			if weights[i].out {
				continue
			}
			base := featuresOf(in.Transcript, s, &weights[i], clausesOf(all))
			for k, c := range s.clauses {
				text := turns[s.turn].Text[c.from:c.to]
				row := fitted{dialogue: n, features: base}
				row.features.ofClause(s, k, text)
				for _, p := range places {
					if p.first <= s.turn && s.turn <= p.last {
						if x := shareOf(p.want, text); x > byChance {
							row.told += x
						}
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

// byChance is the share of the words of a fact that clauses have that do not tell it.
const byChance = 0.25

// factPlace is where a fact is told: in one turn or in two that follow.
type factPlace struct {
	first, last int
	want        []terms.Term
}

func placesOf(facts []summaryFact, turns []models.Turn) (out []factPlace) {
	for _, fact := range facts {
		found := false
		for width := 1; width <= 2 && !found; width++ {
			for i := 0; i+width <= len(turns); i++ {
				said := turns[i].Text
				if width > 1 {
					said += "\n" + turns[i+1].Text
				}
				if fact.in(said) {
					found = true
					out = append(out, factPlace{i, i + width - 1, fact.wordingIn(said)})
				}
			}
		}
	}
	return out
}

// wordingIn returns the wording that text has most of.
func (f summaryFact) wordingIn(text string) (want []terms.Term) {
	most := 0.0
	for _, wording := range f {
		all := contentOf(wording)
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
	items := summaryItems(t, builtinStep(t))
	rows := fittedOf(items)
	defer func(w features) { signalWeights = w }(signalWeights)
	told, all := 0, 0
	for fold := range summaryFolds {
		var others []fitted
		for _, r := range rows {
			if r.dialogue%summaryFolds != fold {
				others = append(others, r)
			}
		}
		signalWeights = weightsFor(others)
		for i := fold; i < len(items); i += summaryFolds {
			s := Extract(items[i].in, items[i].in.Findings, models.By{})
			var statements []string // each with the one behind it
			for k := range s.Text {
				if k > 0 {
					statements[k-1] += "\n" + s.Text[k].Text
				}
				statements = append(statements, s.Text[k].Text)
			}
			for _, fact := range items[i].facts {
				all++
				if slices.ContainsFunc(statements, fact.in) {
					told++
				}
			}
		}
	}
	recall := float64(told) / float64(all)
	t.Logf("%d of %d facts of %d dialogues, recall %.3f", told, all, len(items), recall)
	if recall < 0.66 {
		t.Errorf("recall %.3f", recall)
	}
}

// TestSignalWeights: the weights are those that the dialogues for development
// give.
func TestSignalWeights(t *testing.T) {
	got := weightsFor(fittedOf(summaryItems(t, builtinStep(t))))
	if *fitWeights {
		writeWeights(t, got)
		return
	}
	for i, want := range signalWeights {
		if math.Abs(got[i]-want) > 0.15 { // lexicons move them a little
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
