package warehouse_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"earshot/models"
)

func TestReviews(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	in := numbered("review-1", models.SMS, time.Date(2026, 7, 8, 9, 0, 0, 0, time.UTC), 2)
	in.Scorecards = []models.Scorecard{{Name: "card", Version: "1", Score: 40, Items: []models.Item{}, By: models.By{Name: "qa", Hash: "aa"}},
		{Name: "other", Version: "1", Score: 90, Passed: true, Review: true, Items: []models.Item{}, By: models.By{Name: "qa", Hash: "bb"}}}
	in.Verdicts = []models.Verdict{{Rule: "bad", Version: "3", Outcome: models.Hit, By: models.By{Name: "rules", Hash: "cc"}}}
	if err := writer.Store(t.Context(), in, 1); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 7, 9, 8, 0, 0, 0, time.UTC)
	reviews := []models.Review{
		{Interaction: "review-1", At: at, By: "Wang", Rule: "bad", Label: models.Miss, Reason: "it's a quotation: '引用'", Machine: "hit", Version: "3", Hash: "cc"},
		{Interaction: "review-1", At: at.Add(time.Minute), By: "Li", Scorecard: "card", Question: "q1", Answer: models.Pass, Rule: "bad", Label: models.Miss, Machine: "fail", Version: "1", Hash: "aa"},
	}
	final := models.FinalScore{Interaction: "review-1", Scorecard: "card", Version: "1", Hash: "aa", At: at.Add(time.Minute), By: "Li", Machine: 40, Score: 100, Passed: true, Changed: 1}
	for range 2 { // the same again is the same once
		if err := w.Reviewed(t.Context(), reviews, []models.FinalScore{final}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Reviews(t.Context(), "review-1")
	if err != nil || !slices.Equal(got, reviews) {
		t.Errorf("got %+v, %v", got, err)
	}
	finals, err := w.FinalScores(t.Context(), "review-1")
	if err != nil || len(finals) != 1 || finals[0] != final {
		t.Errorf("got %+v, %v", finals, err)
	}
	const question = "SELECT scorecard, machine_score, score, passed, reviewed, reviewer, open, outdated FROM final_scores WHERE interaction_id = 'review-1' ORDER BY scorecard"
	table, err := w.Query(t.Context(), question)
	if err != nil || fmt.Sprint(table.Rows) != "[[card 40 100 true true Li false false] [other 90 90 true false  true false]]" {
		t.Errorf("got %v, %v", table.Rows, err)
	}
	// Scored again by another version, the decision still counts, and says so.
	in.Scorecards[0].By.Hash, in.Scorecards[0].Score = "a2", 60
	if err := writer.Store(t.Context(), in, 2); err != nil {
		t.Fatal(err)
	}
	table, err = w.Query(t.Context(), question)
	if err != nil || fmt.Sprint(table.Rows[0]) != "[card 60 100 true true Li false true]" {
		t.Errorf("got %v, %v", table.Rows, err)
	}
	used, err := w.UsedVersions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range used {
		if v.Hash == "aa" || v.Hash == "a2" || v.Hash == "cc" {
			names = append(names, fmt.Sprint(v.Kind, " ", v.ID, "@", v.Version, " ", v.Hash))
		}
	}
	slices.Sort(names)
	if fmt.Sprint(names) != "[rule bad@3 cc scorecard card@1 a2 scorecard card@1 aa]" {
		t.Errorf("used %v", names)
	}
}

func TestShadowViews(t *testing.T) {
	w := open(t, sharedEngine(t))
	writer := w.Writer()
	defer func() { _ = writer.Close() }()
	in := numbered("shadow-1", models.SMS, time.Date(2026, 7, 8, 9, 0, 0, 0, time.UTC), 2)
	live := 80.0
	in.Shadow = &models.Shadow{Release: "00007", Verdicts: []models.ShadowVerdict{{Rule: "bad", Version: "2", Outcome: models.Hit, Live: models.Miss, Because: "words"}, {Rule: "fresh", Version: "1", Outcome: models.Miss}},
		Scores: []models.ShadowScore{{Scorecard: "card", Version: "2", Score: 60, Live: &live}}}
	if err := writer.Store(t.Context(), in, 1); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT release, rule, version, outcome, live FROM shadow_verdicts WHERE interaction_id = 'shadow-1' ORDER BY rule": "[[00007 bad 2 hit miss] [00007 fresh 1 miss ]]",
		"SELECT scorecard, score, passed, live FROM shadow_scores WHERE interaction_id = 'shadow-1'":                        "[[card 60 0 80]]",
	} {
		table, err := w.Query(t.Context(), query)
		if err != nil || fmt.Sprint(table.Rows) != want {
			t.Errorf("%s: %v, %v", query, table.Rows, err)
		}
	}
}
