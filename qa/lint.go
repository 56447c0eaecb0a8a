package qa

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"earshot/models"
	"earshot/rules"
)

// Lint returns what is probably not meant in the scorecards of a set: two
// questions that deduct for the same thing, a question that never applies, a
// card without tests. All are warnings, ordered by place.
func (s *Set) Lint() []*rules.Problem {
	var out []*rules.Problem
	for _, c := range s.cards {
		warn := func(pos rules.Pos, format string, args ...any) {
			out = append(out, &rules.Problem{Pos: pos, Warning: true, Message: "scorecard " + c.ID + ": " + fmt.Sprintf(format, args...)})
		}
		if len(c.Tests) == 0 {
			warn(c.Pos, "has no tests")
		}
		var asked []*Question
		for i := range c.Sections {
			for k := range c.Sections[i].Questions {
				q := &c.Sections[i].Questions[k]
				if r := s.rules.Rule(q.Rule); r != nil && !meet(c.Applies.Channel, r.Applies.Channel) {
					warn(q.Pos, "question %s never applies: rule %s is for %v, the card for %v", q.ID, q.Rule, r.Applies.Channel, c.Applies.Channel)
				}
				for _, before := range asked {
					if why := s.doubles(before, q); why != "" {
						warn(q.Pos, "questions %s and %s deduct for the same thing: %s", before.ID, q.ID, why)
					}
				}
				asked = append(asked, q)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *rules.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return out
}

// doubles says why two questions take points for one thing, "" if they do not.
func (s *Set) doubles(a, b *Question) string {
	if a.Rule == "" || b.Rule == "" || a.PassWhen != b.PassWhen || !a.deducts() || !b.deducts() {
		return ""
	}
	switch {
	case a.Rule == b.Rule:
		return "both ask rule " + a.Rule
	// A question that passes on a miss fails on a hit, and the other way round.
	case a.PassWhen == models.Miss && s.rules.Implies(a.Rule, b.Rule), a.PassWhen == models.Hit && s.rules.Implies(b.Rule, a.Rule):
		return fmt.Sprintf("whenever rule %s fails, so does %s", a.Rule, b.Rule)
	case a.PassWhen == models.Miss && s.rules.Implies(b.Rule, a.Rule), a.PassWhen == models.Hit && s.rules.Implies(a.Rule, b.Rule):
		return fmt.Sprintf("whenever rule %s fails, so does %s", b.Rule, a.Rule)
	}
	return ""
}

// deducts reports whether failing the question takes points by itself.
func (q *Question) deducts() bool { return q.Weight > 0 || q.Points != 0 }

// meet reports whether two lists of channels, of which an empty one is all,
// have one in common.
func meet(a, b []models.Channel) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(c models.Channel) bool { return slices.Contains(b, c) })
}
