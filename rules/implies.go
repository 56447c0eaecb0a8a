package rules

import (
	"slices"
)

// Implies reports whether a hit of one rule means a hit of the other, by the
// shape of their conditions: the same condition, all of several of which the
// other is one, or one of the several any of which is the other.
func (set *Set) Implies(rule, other string) bool {
	a, b := set.byID[rule], set.byID[other]
	if a == nil || b == nil {
		return false
	}
	return set.implies(a.root, b.root, 0)
}

func (set *Set) implies(a, b termID, depth int) bool {
	if a == b {
		return true
	}
	if depth > maxDepth {
		return false
	}
	ta, tb := &set.terms[a], &set.terms[b]
	if r, ok := ta.leaf.(*ruleHits); ok && set.implies(r.rule.root, b, depth+1) {
		return true
	}
	if r, ok := tb.leaf.(*ruleHits); ok && len(r.rule.Applies.Channel) == 0 && set.implies(a, r.rule.root, depth+1) {
		return true
	}
	switch {
	case ta.op == "any":
		return !slices.ContainsFunc(ta.children, func(c termID) bool { return !set.implies(c, b, depth+1) })
	case tb.op == "all":
		return !slices.ContainsFunc(tb.children, func(c termID) bool { return !set.implies(a, c, depth+1) })
	case ta.op == "all" && slices.ContainsFunc(ta.children, func(c termID) bool { return set.implies(c, b, depth+1) }):
		return true
	case tb.op == "any":
		return slices.ContainsFunc(tb.children, func(c termID) bool { return set.implies(a, c, depth+1) })
	}
	return false
}
