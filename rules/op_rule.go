package rules

import (
	"fmt"
	"maps"
	"slices"
)

func init() {
	register(operator{
		name:   "rule",
		doc:    "Another rule hits. A rule that does not apply to the conversation counts as a miss. Rules must not refer to themselves, not even through others.",
		params: func() params { return new(ruleRef) },
		examples: []example{
			{rule: "rule: agent_abuse", hit: "A: 你是不是有病", miss: "A: 您好"},
		},
	})
}

type ruleRef string

func (r *ruleRef) compile(c *compiler) (termID, error) {
	other, ok := c.ruleByID[string(*r)]
	if !ok {
		return noTerm, fmt.Errorf("%s", unknown("rule", string(*r), slices.Collect(maps.Keys(c.ruleByID))))
	}
	c.uses(other.ID)
	if err := c.compileRule(other); err != nil {
		return noTerm, err
	}
	return c.leaf("", other.Name, []termID{other.root}, &ruleHits{other}), nil
}

// ruleHits evaluates another rule.
type ruleHits struct{ rule *Rule }

func (l *ruleHits) eval(s *Session) answer {
	if !l.rule.Applies.Fits(s.in) {
		return isMiss
	}
	return s.eval(l.rule.root)
}

func (l *ruleHits) places(s *Session, out []place) ([]place, position) {
	if !l.rule.Applies.Fits(s.in) {
		return out, endOfTime
	}
	return s.places(l.rule.root, out)
}

func (l *ruleHits) explain(s *Session, e *Explanation) {
	if !l.rule.Applies.Fits(s.in) {
		e.Value = "n/a"
		return
	}
	e.Children = append(e.Children, s.explain(l.rule.root, l.rule))
}
