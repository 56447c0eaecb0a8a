package qa

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"earshot/models"
	"earshot/rules"
)

const testRules = `rules:
  - {id: good, version: "1", name: good, when: {words: {any: [good]}}}
  - {id: bad, version: "1", name: bad, when: {words: {any: [bad]}}}
  - {id: worse, version: "1", name: worse, when: {words: {any: [worse]}}}
  - {id: times, version: "1", name: times, when: {words: {any: [again]}}}
  - {id: phone_only, version: "1", name: phone, applies: {channel: [phone]}, when: {words: {any: [good]}}}
`

const testCard = `id: card
version: "1"
title: T
pass_mark: 60
sections:
  - id: aa
    title: A
    questions:
      - {id: q1, text: Q1, weight: 40, rule: good, pass_when: hit, critical: true}
      - {id: q2, text: Q2, weight: 20, rule: bad, pass_when: miss, auto_fail: section}
  - id: bb
    title: B
    questions:
      - {id: q3, text: Q3, weight: 10, rule: phone_only, pass_when: hit}
      - id: q4
        text: Q4
        weight: 20
        measure: {hits: times, ranges: [{at: exactly 0, share: 1}, {at: 1..2, share: 0.5}]}
      - {id: q5, text: Q5, weight: 10, rule: good, pass_when: hit, applies_when: [{question: q2, is: fail}]}
      - {id: q6, text: Q6, rule: worse, pass_when: miss, auto_fail: form}
`

func compileCards(t testing.TB, ruleText string, cards ...string) (*Set, error) {
	t.Helper()
	set, err := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(ruleText)}})
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for i, c := range cards {
		folder[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(c)}
	}
	return Compile(set, folder)
}

func fill(t testing.TB, s *Set, channel models.Channel, dialogue string) models.Scorecard {
	t.Helper()
	in := &models.Interaction{ID: "x", Channel: channel, Language: "en", Transcript: models.MustParse(dialogue)}
	in.Verdicts = s.rules.Evaluate(in)
	cards := s.Score(in)
	if len(cards) != 1 {
		t.Fatalf("%d cards", len(cards))
	}
	return cards[0]
}

func TestScore(t *testing.T) {
	s, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		channel            models.Channel
		dialogue           string
		score              float64
		passed, fail, look bool
		answers            string
	}{
		"all well":              {models.Phone, "A: good", 100, true, false, false, "pass pass pass pass n/a pass"},
		"n/a leaves":            {models.WebChat, "A: fine", 50, false, false, false, "fail pass n/a pass n/a pass"},
		"numeric range":         {models.Phone, "A: good again\nA: again", 100 * 80 / 90.0, true, false, false, "pass pass pass fail n/a pass"},
		"outside all ranges":    {models.Phone, "A: good again again again", 100 * 70 / 90.0, true, false, false, "pass pass pass fail n/a pass"},
		"section fails":         {models.Phone, "A: good bad", 40, false, false, true, "pass fail pass pass pass pass"},
		"form fails":            {models.Phone, "A: good worse", 0, false, true, true, "pass pass pass pass n/a fail"},
		"condition of question": {models.WebChat, "A: bad", 100 * 20 / 90.0, false, false, true, "fail fail n/a pass fail pass"},
	} {
		card := fill(t, s, c.channel, c.dialogue)
		var answers []string
		for _, item := range card.Items {
			answers = append(answers, string(item.Answer))
		}
		if card.Score != round(c.score) || card.Passed != c.passed || card.AutoFail != c.fail || card.Review != c.look || strings.Join(answers, " ") != c.answers {
			t.Errorf("%s: got %+v %v", name, card, answers)
		}
	}
}

func TestUnsureCostsNothing(t *testing.T) {
	s, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	in := &models.Interaction{ID: "x", Channel: models.Phone, Transcript: models.MustParse("A: good worse")}
	in.Transcript.Turns[0].Confidence = 0.1
	in.Verdicts = s.rules.Evaluate(in)
	card := s.Score(in)[0]
	if card.Score != 100 || card.AutoFail || !card.Review {
		t.Errorf("an abusive word heard with a confidence of 0.1: %+v", card)
	}
	in.Verdicts = nil // the rules have not run
	if card := s.Score(in)[0]; card.Score != 100 || !card.Review || card.Items[0].Answer != models.AnswerUnsure {
		t.Errorf("without verdicts: %+v", card)
	}
	in.Transcript = nil
	if cards := s.Score(in); cards != nil {
		t.Errorf("without a transcript: %v", cards)
	}
}

func TestPointsScheme(t *testing.T) {
	s, err := compileCards(t, testRules, `id: card
version: "1"
title: T
pass_mark: 60
scheme: points
start: 80
sections:
  - id: aa
    title: A
    questions:
      - {id: q1, text: Q, points: 10, rule: good, pass_when: hit, critical: true}
      - {id: q2, text: Q, points: -30, rule: bad, pass_when: miss}
      - id: q3
        text: Q
        points: 40
        options: [{rule: worse, share: 0}, {rule: times, share: 0.5, label: some}, {share: 1}]
`)
	if err != nil {
		t.Fatal(err)
	}
	for dialogue, want := range map[string]float64{"A: hm": 100, "A: bad": 90, "A: bad worse": 50, "A: good worse again": 90, "A: good bad again": 80} {
		if card := fill(t, s, models.Phone, dialogue); card.Score != want {
			t.Errorf("%s: score %g, want %g", dialogue, card.Score, want)
		}
	}
	card := fill(t, s, models.Phone, "A: bad worse")
	if critical, other := s.Card("card").Split(&card); critical != 0 || other != 0 {
		t.Errorf("critical %g, other %g", critical, other)
	}
}

func TestReview(t *testing.T) {
	s, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	form := s.Card("card")
	machine := fill(t, s, models.Phone, "A: bad again")
	before, _ := json.Marshal(machine)
	r, err := form.Review(&machine, []Decision{{Question: "q2", Answer: models.Pass, By: "Wang", Reason: "a quotation"}})
	if err != nil {
		t.Fatal(err)
	}
	// q1 40 fails, q2 20 passes, q3 10 fails, q4 20 half, q5 was asked and stays.
	if r.Final.Score != 30 || r.Machine.Score == 30 || len(r.Changed) != 1 || r.Changed[0].Was != models.Fail || r.Final.Review {
		t.Errorf("got %+v", r)
	}
	if after, _ := json.Marshal(machine); string(after) != string(before) {
		t.Error("the machine's card changed")
	}
	if critical, other := form.Split(&machine); critical != 0 || other == 0 {
		t.Errorf("critical %g, other %g", critical, other)
	}
	for _, d := range []Decision{{Question: "nothing", Answer: models.Pass}, {Question: "q1", Answer: models.AnswerUnsure}} {
		if _, err := form.Review(&machine, []Decision{d}); !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	machine.By.Hash = "other"
	if _, err := form.Review(&machine, nil); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("a card of another version: %v", err)
	}
}

// A review without decisions gives the machine's own score, whatever the card.
func TestReviewWithoutDecisions(t *testing.T) {
	cards := load(t)
	for _, c := range cards.Cards() {
		for _, test := range c.Tests {
			in, err := test.Interaction(test.Dialogue)
			if err != nil {
				t.Fatal(err)
			}
			in.Verdicts = cards.rules.Evaluate(in)
			for _, machine := range cards.Score(in) {
				r, err := cards.Card(machine.Name).Review(&machine, nil)
				if err != nil {
					t.Fatal(err)
				}
				if r.Final.Score != machine.Score || r.Final.Passed != machine.Passed || r.Final.AutoFail != machine.AutoFail {
					t.Errorf("%s: %s: final %g, machine %g", machine.Name, test.Name, r.Final.Score, machine.Score)
				}
			}
		}
	}
}

func TestSameBytes(t *testing.T) {
	first, second := load(t), load(t)
	if first.Hash() != second.Hash() {
		t.Fatal("the hash of the same files differs")
	}
	in := func() *models.Interaction {
		return &models.Interaction{ID: "x", Channel: models.Phone, Transcript: models.MustParse("A: 喂\nC: 太差了，我要退款，不然曝光你们\n... 20s\nA: 知道了")}
	}
	var texts []string
	for _, s := range []*Set{first, second, first} {
		v := in()
		if _, err := rules.NewStep(s.rules).Run(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if _, err := NewStep(s).Run(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	if texts[0] != texts[1] || texts[0] != texts[2] {
		t.Error("the same conversation gave other bytes")
	}
}

func TestHashFollowsContents(t *testing.T) {
	base, err := compileCards(t, testRules, testCard)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(ruleText, card string) string {
		s, err := compileCards(t, ruleText, card)
		if err != nil {
			t.Fatal(err)
		}
		return s.Card("card").Hash()
	}
	same := base.Card("card").Hash()
	if hash(testRules, "# a comment\n"+testCard) != same {
		t.Error("a comment changes the hash")
	}
	if hash(strings.Replace(testRules, "any: [bad]", "any: [bad, awful]", 1), testCard) == same {
		t.Error("a rule the card asks has changed, but not the card's hash")
	}
	if hash(testRules, strings.Replace(testCard, "weight: 40", "weight: 30", 1)+"      - {id: q7, text: Q, weight: 10, rule: bad, pass_when: miss}\n") == same {
		t.Error("other weights, same hash")
	}
	if err := base.CheckLocks(map[string][]string{"card@1": {"0123456789", same}, "other@1": {"x"}}); err != nil {
		t.Error(err)
	}
	if err := base.CheckLocks(map[string][]string{"card@1": {"0123456789"}}); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("a used version with other contents: %v", err)
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"weights":       {"weight: 40", "weight: 41", "a.yaml:1:1: scorecard card: the weights sum to 101"},
		"rule":          {"rule: bad,", "rule: badd,", `a.yaml:10:10: scorecard card: unknown rule "badd"; did you mean "bad"?`},
		"pass_when":     {"pass_when: hit, critical", "pass_when: yes, critical", "question q1: pass_when: want hit or miss"},
		"unknown field": {"pass_mark", "passmark", `a.yaml:4:1: unknown field "passmark"; did you mean "pass_mark"?`},
		"question":      {"question: q2", "question: q9", `there is no question "q9" before this one`},
		"auto_fail":     {"auto_fail: form", "auto_fail: all", `auto_fail "all": want form or section`},
		"same id":       {"id: q2", "id: q1", "question q1: the id is taken"},
		"nothing":       {"weight: 20, rule: bad", "weight: 0, rule: bad, points: 3", "points only with scheme: points"},
		"share":         {"share: 0.5", "share: 5", "share 5: want 0 to 1"},
		"pass mark":     {"pass_mark: 60", "pass_mark: 160", "want 0 to 100"},
	} {
		_, err := compileCards(t, testRules, strings.Replace(testCard, c.from, c.to, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := compileCards(t, testRules, testCard, testCard); err == nil || !strings.Contains(err.Error(), "is taken by") {
		t.Errorf("two cards of one id: %v", err)
	}
}

// Files made to exhaust a parser end with an error that names them, soon.
func TestHostileCards(t *testing.T) {
	set, err := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(testRules)}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"deep":                             strings.Repeat("[", 100_000),
		"deep maps":                        strings.Repeat("{a: ", 100_000),
		"laughs":                           "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
		"tagged":                           strings.Replace(testCard, "pass_mark: 60", "pass_mark: !!float ''", 1),
		"two":                              testCard + "---\n" + testCard,
		"empty":                            "",
		"a question that waits for itself": strings.Replace(testCard, "{question: q2, is: fail}", "{question: q5}", 1),
	} {
		start := time.Now()
		_, err := Compile(set, fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		if err == nil || !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), "a.yaml") {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

func FuzzCard(f *testing.F) {
	f.Add(testCard)
	set, err := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(testRules)}})
	if err != nil {
		f.Fatal(err)
	}
	in := &models.Interaction{ID: "x", Channel: models.Phone, Transcript: models.MustParse("A: good again\nC: bad")}
	in.Verdicts = set.Evaluate(in)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Compile(set, fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatal(err)
			}
			return
		}
		for _, card := range s.Score(in) {
			if !(card.Score >= 0 && card.Score <= 100) {
				t.Fatalf("score %g\n%s", card.Score, text)
			}
		}
	})
}
