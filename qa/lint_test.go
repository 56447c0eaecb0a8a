package qa

import (
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	ruleText := testRules + `  - {id: both, version: "1", name: both, when: {all: [{words: {any: [bad]}}, {words: {any: [good]}}]}}
`
	card := func(questions string) string {
		return "id: card\nversion: \"1\"\ntitle: T\npass_mark: 60\n" + questions
	}
	for name, c := range map[string]struct{ text, want string }{
		"no tests": {testCard, "scorecard card: has no tests"},
		"same rule": {card(`sections:
  - {id: aa, title: A, questions: [{id: q1, text: Q, weight: 50, rule: bad, pass_when: miss}, {id: q2, text: Q, weight: 50, rule: bad, pass_when: miss}]}
`), "questions q1 and q2 deduct for the same thing: both ask rule bad"},
		"implied": {card(`sections:
  - {id: aa, title: A, questions: [{id: q1, text: Q, weight: 50, rule: bad, pass_when: miss}, {id: q2, text: Q, weight: 50, rule: both, pass_when: miss}]}
`), "whenever rule both fails, so does bad"},
		"never applies": {card(`applies: {channel: [email]}
sections:
  - {id: aa, title: A, questions: [{id: q1, text: Q, weight: 100, rule: phone_only, pass_when: hit}]}
`), "question q1 never applies: rule phone_only is for [phone], the card for [email]"},
	} {
		s, err := compileCards(t, ruleText, c.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range s.Lint() {
			got = append(got, p.Error())
		}
		if !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestBuiltinLints(t *testing.T) {
	for _, p := range load(t).Lint() {
		t.Error(p)
	}
}
