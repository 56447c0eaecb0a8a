package measure

import (
	"os"
	"testing"

	"earshot/eval"
	"earshot/nlp"
)

// TestRatedDialogues: the prediction follows the ratings of the dialogues we
// wrote, better than the customer's mean sentiment does. Those of
// satisfaction_helpdesk were rated before anybody looked at what is predicted.
func TestRatedDialogues(t *testing.T) {
	step, err := nlp.New(nlp.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []struct {
		name  string
		n     int // dialogues of a language, at least
		least float64
	}{{"satisfaction", 40, 0.85}, {"satisfaction_helpdesk", 30, 0.75}} {
		f, err := os.Open("../../../nlp/testdata/" + set.name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := eval.ReadLines[eval.SatisfactionItem](f)
		if err != nil {
			t.Fatal(err)
		}
		for _, language := range []string{"zh", "en"} {
			items, predicted, feeling := rated(t, step, all, language)
			ours, baseline := eval.Satisfaction(items, predicted), eval.Satisfaction(items, feeling)
			t.Logf("%s, %s: %d dialogues, Spearman %.3f; mean sentiment alone %.3f", set.name, language, ours.N, ours.Spearman, baseline.Spearman)
			if ours.N < set.n || ours.Spearman < set.least || ours.Spearman <= baseline.Spearman {
				t.Errorf("%s, %s: %d dialogues, Spearman %.3f, mean sentiment %.3f", set.name, language, ours.N, ours.Spearman, baseline.Spearman)
			}
		}
	}
}

// rated returns the dialogues in a language, what is predicted for each, and
// the mean sentiment of its customer.
func rated(t *testing.T, step *nlp.Step, all []eval.SatisfactionItem, language string) (items []eval.SatisfactionItem, predicted, feeling []float64) {
	t.Helper()
	for i := range all {
		if all[i].Language != language {
			continue
		}
		transcript, err := transcriptOf(all[i].Turns)
		if err != nil {
			t.Fatal(err)
		}
		value, _, ok := step.Satisfaction(t.Context(), transcript)
		if !ok {
			t.Fatalf("%s: dialogue %d has no prediction", language, i)
		}
		sum, n := 0.0, 0.0
		for _, turn := range all[i].Turns {
			if turn.Party == "customer" {
				s, _ := step.Feel(turn.Text)
				sum, n = sum+s.Balance(), n+1
			}
		}
		items, predicted, feeling = append(items, all[i]), append(predicted, value), append(feeling, sum/n)
	}
	return items, predicted, feeling
}

// TestMadeReasons: most of the problems of made-up customers are told.
func TestMadeReasons(t *testing.T) {
	step, err := nlp.New(nlp.Default())
	if err != nil {
		t.Fatal(err)
	}
	r, err := measureMade(t.Context(), step, 800, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh", "en"} {
		if c := r.Causes[language]; c.N < 100 || c.Precision < 0.85 || c.Recall < 0.6 {
			t.Errorf("causes, %s: %+v", language, c)
		}
		if c := r.Contacts[language]; c.Precision < 0.9 || c.Recall < 0.9 {
			t.Errorf("reasons, %s: %+v", language, c)
		}
	}
}
