package qa

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"earshot/models"
	"earshot/rules"
)

// Test is a dialogue with what a scorecard must say of it.
type Test struct {
	rules.Pos `yaml:"-"`
	Name      string                   `yaml:"name"`
	Dialogue  string                   `yaml:"dialogue,required"`
	NA        bool                     `yaml:"na" jsonschema:"description=The card must not apply"`
	Score     *rules.Number            `yaml:"score" jsonschema:"description=The score such as 90 (at least) or exactly 90 or 60..80"`
	Passed    *bool                    `yaml:"passed"`
	AutoFail  *bool                    `yaml:"auto_fail"`
	Review    *bool                    `yaml:"review"`
	Answers   map[string]models.Answer `yaml:"answers" jsonschema:"description=Answers by question"`
	rules.Case
}

// RunTests runs the tests that the cards of the set carry and returns how many
// there are and those that failed.
func (s *Set) RunTests() (tests int, failures []*rules.Problem) {
	for _, c := range s.cards {
		for i := range c.Tests {
			t := &c.Tests[i]
			tests++
			if err := s.runTest(c, t); err != nil {
				name := t.Name
				if name == "" {
					name = fmt.Sprintf("test %d", i+1)
				}
				failures = append(failures, &rules.Problem{Pos: t.Pos, Message: fmt.Sprintf("scorecard %s: %s: %s", c.ID, name, err)})
			}
		}
	}
	return tests, failures
}

func (s *Set) runTest(c *Card, t *Test) error {
	in, err := t.Interaction(t.Dialogue)
	if err != nil {
		return err
	}
	in.Verdicts = s.rules.Evaluate(in)
	f := s.filler(in)
	f.modes = nil // what the form says is tested, not what rules may do by themselves today
	card, ok := f.fill(c)
	if ok == t.NA {
		if ok {
			return errors.New("the card applies, but should not")
		}
		return errors.New("the card does not apply")
	}
	if t.NA {
		return nil
	}
	var wrong []string
	if t.Score != nil && !t.Score.Has(card.Score) {
		wrong = append(wrong, fmt.Sprintf("score %g, want %s", card.Score, t.Score))
	}
	for _, w := range []struct {
		name string
		want *bool
		got  bool
	}{{"passed", t.Passed, card.Passed}, {"auto_fail", t.AutoFail, card.AutoFail}, {"review", t.Review, card.Review}} {
		if w.want != nil && *w.want != w.got {
			wrong = append(wrong, fmt.Sprintf("%s is %v", w.name, w.got))
		}
	}
	for _, q := range slices.Sorted(maps.Keys(t.Answers)) {
		i := slices.IndexFunc(card.Items, func(item models.Item) bool { return item.Question == q })
		if i < 0 {
			wrong = append(wrong, fmt.Sprintf("there is no question %s", q))
		} else if card.Items[i].Answer != t.Answers[q] {
			wrong = append(wrong, fmt.Sprintf("%s: %s, want %s (%s)", q, card.Items[i].Answer, t.Answers[q], card.Items[i].Because))
		}
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "; "))
	}
	return nil
}
