package measure

import (
	"os"
	"testing"

	"earshot/eval"
	"earshot/nlp"
)

// TestRatedDialogues: the prediction follows the ratings of the dialogues we
// wrote, better than the customer's mean sentiment does.
func TestRatedDialogues(t *testing.T) {
	f, err := os.Open("../../../nlp/testdata/satisfaction.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := eval.ReadLines[eval.SatisfactionItem](f)
	if err != nil {
		t.Fatal(err)
	}
	step, err := nlp.New(nlp.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh", "en"} {
		var items []eval.SatisfactionItem
		var predicted, feeling []float64
		for i := range all {
			if all[i].Language != language {
				continue
			}
			transcript, err := transcriptOf(all[i].Turns)
			if err != nil {
				t.Fatal(err)
			}
			value, _, ok := step.Satisfaction(transcript)
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
		ours, baseline := eval.Satisfaction(items, predicted), eval.Satisfaction(items, feeling)
		t.Logf("%s: %d dialogues, Spearman %.3f; mean sentiment alone %.3f", language, ours.N, ours.Spearman, baseline.Spearman)
		if ours.N < 40 || ours.Spearman < 0.8 || ours.Spearman <= baseline.Spearman {
			t.Errorf("%s: %d dialogues, Spearman %.3f, mean sentiment %.3f", language, ours.N, ours.Spearman, baseline.Spearman)
		}
	}
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
