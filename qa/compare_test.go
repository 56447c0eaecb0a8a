package qa

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"earshot/models"
)

// The figures of a published example table: 85 and 5 agreements, 10
// disagreements of 100.
func TestAgreement(t *testing.T) {
	a := Agreement{TruePositive: 85, FalsePositive: 5, FalseNegative: 5, TrueNegative: 5}
	for name, v := range map[string][2]float64{
		"observed": {a.Observed(), 0.9}, "kappa": {a.Kappa(), 0.4444}, "AC1": {a.AC1(), 0.8780}, "precision": {a.Precision(), 85.0 / 90}, "recall": {a.Recall(), 85.0 / 90},
	} {
		if math.Abs(v[0]-v[1]) > 5e-5 {
			t.Errorf("%s: got %.4f, want %.4f", name, v[0], v[1])
		}
	}
	if all := (&Agreement{TruePositive: 7}); all.Kappa() != 1 || all.AC1() != 1 {
		t.Errorf("full agreement: %v %v", all.Kappa(), all.AC1())
	}
	if none := (&Agreement{}); !math.IsNaN(none.Kappa()) || none.Figures().Kappa != nil {
		t.Error("no judgements give a figure")
	}
}

func TestGateMode(t *testing.T) {
	g := DefaultGate()
	for want, a := range map[Mode]Agreement{
		HumanOnly: {TruePositive: 10, TrueNegative: 10},
		Auto:      {TruePositive: 20, TrueNegative: 20, FalsePositive: 2},
		Hybrid:    {TruePositive: 15, TrueNegative: 15, FalsePositive: 5, FalseNegative: 4},
	} {
		if got := g.Mode(&a); got != want {
			t.Errorf("%+v: %s, want %s", a, got, want)
		}
	}
	// Hardly ever a hit: κ is near 0 although both nearly always agree.
	if rare := (&Agreement{TrueNegative: 98, FalsePositive: 1, FalseNegative: 1}); g.Mode(rare) != Auto {
		t.Errorf("rare: κ %.2f, AC1 %.2f, %s", rare.Kappa(), rare.AC1(), g.Mode(rare))
	}
}

func stream(dialogues ...string) iter.Seq2[*models.Interaction, error] {
	return func(yield func(*models.Interaction, error) bool) {
		for i, d := range dialogues {
			in := &models.Interaction{ID: models.ID(fmt.Sprintf("call-%d", i)), Channel: models.Phone, Language: "en"}
			if d != "" {
				in.Transcript = models.MustParse(d)
			}
			if !yield(in, nil) {
				return
			}
		}
	}
}

func backtestSets(t testing.TB) (live, draft *Set) {
	t.Helper()
	live, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	draftRules := strings.Replace(testRules, `{id: bad, version: "1", name: bad, when: {words: {any: [bad]}}}`, `{id: bad, version: "2", name: bad, when: {words: {any: [bad, awful]}}}`, 1)
	draftRules += "  - {id: fresh, version: \"1\", name: fresh, when: {words: {any: [fresh]}}}\n"
	draft, err = compileCards(t, draftRules, strings.Replace(testCard, `version: "1"`, `version: "2"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	return live, draft
}

func TestBacktest(t *testing.T) {
	live, draft := backtestSets(t)
	labels := Labels{"call-0": {"bad": true}, "call-1": {"bad": true}, "call-2": {"bad": false}, "call-3": {"bad": true}}
	r, err := Backtest(live, draft, stream("A: good bad", "A: good awful", "A: good", "A: good fresh", ""), labels)
	if err != nil {
		t.Fatal(err)
	}
	if r.Interactions != 5 || r.Skipped != 1 {
		t.Errorf("%d interactions, %d skipped", r.Interactions, r.Skipped)
	}
	byID := map[string]RuleReport{}
	for _, rule := range r.Rules {
		byID[rule.Rule] = rule
	}
	bad := byID["bad"]
	if bad.Standing != Changed || bad.Live.Hits != 1 || bad.Draft.Hits != 2 || bad.Differ != 1 || bad.LiveVersion != "1" || bad.Version != "2" {
		t.Errorf("bad: %+v", bad)
	}
	if bad.LiveHuman != (Agreement{TruePositive: 1, FalseNegative: 2, TrueNegative: 1}) || bad.Human != (Agreement{TruePositive: 2, FalseNegative: 1, TrueNegative: 1}) {
		t.Errorf("bad against people: live %+v, draft %+v", bad.LiveHuman, bad.Human)
	}
	if *bad.Figures.Precision != 1 || math.Abs(*bad.Figures.Recall-2.0/3) > 1e-6 || math.Abs(*bad.Figures.Kappa-0.5) > 1e-6 {
		t.Errorf("figures: %+v", bad.Figures)
	}
	if byID["good"].Standing != Same || byID["fresh"].Standing != Added || byID["fresh"].Differ != 1 {
		t.Errorf("good %+v, fresh %+v", byID["good"], byID["fresh"])
	}
	if len(r.Diffs) != 2 || r.Diffs[0].ID != "call-1" || r.Diffs[0].Was == "" || r.Diffs[1].Live != "" {
		t.Errorf("diffs %+v", r.Diffs)
	}
	card := r.Cards[0]
	if card.Standing != Changed || card.Both != 4 || card.Differ != 1 || card.Down != 1 || card.Failing != 1 || card.MeanShift != -15 {
		t.Errorf("card %+v", card)
	}
	if len(r.ScoreDiffs) != 1 || r.ScoreDiffs[0].Live != 100 || r.ScoreDiffs[0].Draft != 40 {
		t.Errorf("score diffs %+v", r.ScoreDiffs)
	}
}

func TestBacktestStops(t *testing.T) {
	live, draft := backtestSets(t)
	broken := errors.New("the store went away")
	_, err := Backtest(live, draft, func(yield func(*models.Interaction, error) bool) { yield(nil, broken) }, nil)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestPublish(t *testing.T) {
	live, draft := backtestSets(t)
	labels := Labels{"call-0": {"bad": true, "fresh": true}, "call-1": {"bad": false, "fresh": false}}
	report, err := Backtest(live, draft, stream("A: good bad fresh", "A: awful"), labels)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	who := Publication{At: at, By: "Li"}

	_, err = Publish(nil, draft, report, Floor{Precision: 0.8}, who)
	if !errors.Is(err, ErrBelowFloor) || !strings.Contains(err.Error(), "rule bad has a precision of 0.500, below 0.800") {
		t.Errorf("got %v", err)
	}
	who.Force = true
	if _, err = Publish(nil, draft, report, Floor{Precision: 0.8}, who); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("forced without a reason: %v", err)
	}
	who.Reason = "the regulator asks for it"
	h, err := Publish(nil, draft, report, Floor{Precision: 0.8}, who)
	if err != nil {
		t.Fatal(err)
	}
	if len(h) != 3 || !h[0].Forced || h[0].ID != "bad" || h[0].Version != "2" || h[1].ID != "fresh" || h[2].Kind != "scorecard" {
		t.Errorf("history %+v", h)
	}
	if again, err := Publish(h, draft, report, Floor{}, who); err != nil || len(again) != 3 {
		t.Errorf("published again: %v, %d releases", err, len(again))
	}

	// The same version with other contents is refused.
	other, err := compileCards(t, strings.Replace(testRules, `{id: bad, version: "1", name: bad, when: {words: {any: [bad]}}}`, `{id: bad, version: "2", name: bad, when: {words: {any: [horrid]}}}`, 1), testCard)
	if err != nil {
		t.Fatal(err)
	}
	report, err = Backtest(live, other, stream("A: good"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Publish(h, other, report, Floor{}, who); !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "give it a new version") {
		t.Errorf("got %v", err)
	}
	if _, err := Publish(nil, draft, report, Floor{Labels: 5}, Publication{At: at, By: "Li"}); !errors.Is(err, ErrBelowFloor) || !strings.Contains(err.Error(), "0 human judgements of 5") {
		t.Errorf("got %v", err)
	}
	if _, err := Publish(nil, draft, report, DefaultFloor(), Publication{At: at, By: "Li"}); err != nil {
		t.Errorf("without labels there are no figures to judge: %v", err)
	}
}

// A draft that people agree with less than with the live version is refused
// whatever its figures.
func TestPublishRefusesWorse(t *testing.T) {
	live, draft := backtestSets(t)
	labels := Labels{"call-0": {"bad": true}, "call-1": {"bad": false}, "call-2": {"bad": true}, "call-3": {"bad": true}, "call-4": {"bad": true}}
	report, err := Backtest(live, draft, stream("A: bad", "A: awful", "A: bad", "A: bad", "A: bad"), labels)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Publish(nil, draft, report, Floor{Precision: 0.7}, Publication{At: time.Now(), By: "Li"})
	if !errors.Is(err, ErrBelowFloor) || !strings.Contains(err.Error(), "disagrees with people in 1 of 5 conversations, its live version in 0") {
		t.Errorf("got %v", err)
	}
}

func TestShadow(t *testing.T) {
	live, draft := backtestSets(t)
	report, err := Backtest(live, draft, stream("A: good"), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	h, err := Publish(nil, draft, report, Floor{Labels: 100}, Publication{At: at, By: "Li", Shadow: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Shadows(draft.rules); len(got) != 2 || got[0] != "bad" || got[1] != "fresh" {
		t.Errorf("shadows %v", got)
	}
	h, err = Publish(h, draft, report, Floor{}, Publication{At: at.Add(time.Hour), By: "Li"})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Shadows(draft.rules); got != nil {
		t.Errorf("published for good, and still shadows: %v", got)
	}
	if r, ok := h.Current("rule", "bad", false); !ok || r.Version != "2" || !r.At.Equal(at.Add(time.Hour)) {
		t.Errorf("current %+v %v", r, ok)
	}
}

func TestGated(t *testing.T) {
	s, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	const dialogue = "A: worse"
	if card := fill(t, s, models.Phone, dialogue); !card.AutoFail || card.Score != 0 {
		t.Errorf("auto: %+v", card)
	}
	human := s.Gated(map[string]Mode{"worse": HumanOnly, "good": HumanOnly, "phone_only": Hybrid})
	card := fill(t, human, models.Phone, dialogue)
	if card.AutoFail || !card.Review || card.Items[0].Answer != models.AnswerUnsure || card.Items[2].Answer != models.Fail {
		t.Errorf("human only: %+v", card)
	}
	if human.Hash() == s.Hash() || card.By.Hash == s.Card("card").Hash() {
		t.Error("other modes, same hash")
	}
	if open := s.Gated(map[string]Mode{"worse": Auto, "unasked": HumanOnly}); open.Card("card").Hash() != s.Card("card").Hash() {
		t.Error("modes that change nothing change the hash")
	}
	hybrid := fill(t, s.Gated(map[string]Mode{"good": Hybrid}), models.Phone, "A: fine")
	if !hybrid.Review || hybrid.Items[0].Answer != models.Fail {
		t.Errorf("hybrid: %+v", hybrid)
	}
}

func TestDrift(t *testing.T) {
	live, draft := backtestSets(t)
	in := &models.Interaction{ID: "x", Channel: models.Phone, Transcript: models.MustParse("A: good")}
	in.Verdicts = live.rules.Evaluate(in)
	in.Scorecards = live.Score(in)
	if d := live.Drift(in); d != nil {
		t.Errorf("nothing has changed, but %+v", d)
	}
	d := draft.Drift(in)
	if len(d) != 2 || d[0].ID != "bad" || d[1].Kind != "scorecard" {
		t.Errorf("drift %+v", d)
	}
}
