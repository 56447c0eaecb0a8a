package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"earshot/models"
)

// Lint returns what is probably not meant in the rules of a set, although it
// can be read: rules that can never hit or always do, that say the same as
// another, conditions that nothing uses, rules without tests. All are
// warnings, ordered by place.
func (set *Set) Lint() []*Problem {
	l := linter{set: set, roots: map[termID]*Rule{}}
	for _, r := range set.rules {
		l.rule(r)
	}
	slices.SortStableFunc(l.out, func(a, b *Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Message, b.Message))
	})
	return l.out
}

type linter struct {
	set   *Set
	roots map[termID]*Rule
	out   []*Problem
}

func (l *linter) warn(r *Rule, pos Pos, format string, args ...any) {
	if pos == (Pos{}) {
		pos = r.Pos
	}
	l.out = append(l.out, &Problem{Pos: pos, Warning: true, Rule: r.ID, Message: "rule " + r.ID + ": " + fmt.Sprintf(format, args...)})
}

func (l *linter) rule(r *Rule) {
	hits, misses := 0, 0
	for i := range r.Tests {
		hits += b2i(r.Tests[i].Hit != "")
		misses += b2i(r.Tests[i].Miss != "")
	}
	switch {
	case hits+misses == 0:
		l.warn(r, r.Pos, "has no tests")
	case hits == 0:
		l.warn(r, r.Pos, "has no test that must hit")
	case misses == 0:
		l.warn(r, r.Pos, "has no test that must miss")
	}
	used := map[string]bool{}
	uses(r.When, r, used)
	for _, name := range slices.Sorted(maps.Keys(r.Conditions)) {
		if !used[name] {
			l.warn(r, r.Conditions[name].pos, "nothing uses the condition %s", name)
		}
	}
	switch l.constant(r, r.root) {
	case isMiss:
		l.warn(r, r.When.pos, "can never hit")
	case isHit:
		l.warn(r, r.When.pos, "always hits")
	}
	if other := l.roots[r.root]; other != nil && applyTogether(&r.Applies, &other.Applies) {
		l.warn(r, r.When.pos, "says the same as rule %s", other.ID)
	} else if other == nil {
		l.roots[r.root] = r
	}
	l.tree(r, r.When)
	for _, name := range slices.Sorted(maps.Keys(r.Conditions)) {
		l.tree(r, r.Conditions[name])
	}
	l.channels(r)
	l.absent(r)
}

// uses notes the names that a condition refers to, directly or not.
func uses(c *Condition, r *Rule, used map[string]bool) {
	if c == nil {
		return
	}
	note := func(name string) {
		if name != "" && !used[name] {
			used[name] = true
			uses(r.Conditions[name], r, used)
		}
	}
	note(c.name)
	for _, child := range c.children {
		uses(child, r, used)
	}
	if s, ok := c.params.(scoped); ok {
		for _, name := range s.scope().anchors() {
			note(name)
		}
	}
	switch p := c.params.(type) {
	case *expression:
		for name := range r.Conditions {
			if strings.Contains(string(*p), `"`+name+`"`) || strings.Contains(string(*p), "'"+name+"'") {
				note(name)
			}
		}
	case *flow:
		var steps func([]flowStep)
		steps = func(list []flowStep) {
			for _, s := range list {
				note(s.Do)
				note(s.If)
				steps(s.Then)
				steps(s.Else)
			}
		}
		steps(p.Steps)
	}
}

// constant returns isHit or isMiss if a term is that whatever is said, by the
// shape of the tree alone; else open.
func (l *linter) constant(r *Rule, id termID) answer {
	t := &l.set.terms[id]
	switch t.op {
	case "not":
		return l.constant(r, t.children[0]).not()
	case "all", "any":
		a := decided(t.op == "all")
		for i, child := range t.children {
			b := l.constant(r, child)
			if t.op == "all" {
				a = a.and(b)
			} else {
				a = a.or(b)
			}
			for _, other := range t.children[:i] {
				if l.negated(child, other) {
					return decided(t.op == "any")
				}
			}
		}
		return a
	}
	if h, ok := t.leaf.(*hits); ok && h.scope.empty() {
		return isMiss
	}
	return open
}

// negated reports whether one term is not the other.
func (l *linter) negated(a, b termID) bool {
	ta, tb := &l.set.terms[a], &l.set.terms[b]
	return ta.op == "not" && ta.children[0] == b || tb.op == "not" && tb.children[0] == a
}

// empty reports whether from and to leave nothing between them.
func (sc *scope) empty() bool {
	f, t := sc.from, sc.to
	if f == nil || t == nil || f.unit != t.unit || f.back != t.back {
		return false
	}
	a, b := float64(f.turns)+float64(f.time)+f.share, float64(t.turns)+float64(t.time)+t.share
	if f.back {
		a, b = -a, -b
	}
	return a >= b
}

// tree warns of parts of a condition that say nothing.
func (l *linter) tree(r *Rule, c *Condition) {
	if c == nil {
		return
	}
	if c.op == "all" || c.op == "any" {
		var seen []termID
		for _, child := range c.children {
			id := l.termOf(r, child)
			if id != noTerm && slices.Contains(seen, id) {
				l.warn(r, child.pos, "the same condition stands twice under %s", c.op)
			}
			seen = append(seen, id)
		}
	}
	if c.op == "not" && c.children[0].op == "not" {
		l.warn(r, c.pos, "not of not is the condition itself")
	}
	if w, ok := c.params.(*words); ok {
		l.words(r, c, w)
	}
	for _, child := range c.children {
		l.tree(r, child)
	}
}

// termOf returns the term of a named condition, noTerm for others.
func (l *linter) termOf(r *Rule, c *Condition) termID {
	if id, ok := r.terms[c.name]; ok && c.op == "" {
		return id
	}
	return noTerm
}

// words warns of words that are given twice, and of those that an exception
// hides altogether.
func (l *linter) words(r *Rule, c *Condition, w *words) {
	seen := map[string]bool{}
	for _, word := range w.Any {
		key := string(normal(word))
		if seen[key] {
			l.warn(r, c.pos, "the word %q is given twice", word)
		}
		seen[key] = true
	}
	for _, e := range w.Except {
		key := string(normal(e))
		inside := strings.HasPrefix(e, "$")
		for word := range seen {
			inside = inside || strings.HasPrefix(word, "$") || strings.Contains(key, strings.Trim(word, "*"))
		}
		if len(w.Any) > 0 && !inside {
			l.warn(r, c.pos, "the exception %q contains none of the words, so it does nothing", e)
		}
		if seen[key] {
			l.warn(r, c.pos, "the word %q is its own exception, so it never counts", e)
		}
	}
}

// applyTogether reports whether there can be a conversation that both apply to.
func applyTogether(a, b *Applies) bool {
	meet := func(x, y []string) bool {
		return len(x) == 0 || len(y) == 0 || slices.ContainsFunc(x, func(v string) bool { return slices.Contains(y, v) })
	}
	return meet(texts(a.Channel), texts(b.Channel)) && meet(a.Language, b.Language) && meet(a.Direction, b.Direction) &&
		meet(a.Queue, b.Queue) && meet(a.Team, b.Team) && meet(a.Agent, b.Agent)
}

// spokenOnly are the operators that find nothing in writing.
var spokenOnly = []string{"talk_over", "pace", "loudness"}

// channels warns of operators that never hold on the channels of the rule.
func (l *linter) channels(r *Rule) {
	if len(r.Applies.Channel) == 0 {
		return
	}
	l.each(r, func(c *Condition) {
		if list, ok := c.params.(*channel); ok && !slices.ContainsFunc(*list, func(ch models.Channel) bool { return slices.Contains(r.Applies.Channel, ch) }) {
			l.warn(r, c.pos, "channel %v, but the rule applies to %v only", texts(*list), texts(r.Applies.Channel))
		}
		if slices.Contains(spokenOnly, c.op) && !slices.Contains(r.Applies.Channel, models.Phone) {
			l.warn(r, c.pos, "%s finds nothing in writing, and the rule applies to %v only", c.op, texts(r.Applies.Channel))
		}
	})
}

// absent warns of a rule that holds because something is missing after a
// condition that need not happen at all.
func (l *linter) absent(r *Rule) {
	required := map[string]bool{}
	var require func(c *Condition)
	require = func(c *Condition) {
		switch c.op {
		case "":
			if !required[c.name] {
				required[c.name] = true
				if named := r.Conditions[c.name]; named != nil {
					require(named)
				}
			}
		case "all":
			for _, child := range c.children {
				require(child)
			}
		case "not", "any":
		default:
			// What is looked for near another needs that other.
			if s, ok := c.params.(scoped); ok && c.op != "" {
				for _, name := range s.scope().anchors() {
					required[name] = true
				}
			}
		}
	}
	require(r.When)
	var negative func(c *Condition, under bool)
	seen := map[string]bool{}
	negative = func(c *Condition, under bool) {
		switch c.op {
		case "":
			if under && !seen[c.name] && r.Conditions[c.name] != nil {
				seen[c.name] = true
				negative(r.Conditions[c.name], under)
			}
		case "not":
			negative(c.children[0], !under)
		case "all", "any":
			for _, child := range c.children {
				negative(child, under)
			}
		default:
			s, ok := c.params.(scoped)
			if !under || !ok {
				return
			}
			for _, name := range s.scope().anchors() {
				if !required[name] {
					l.warn(r, c.pos, "hits as well where %s does not happen at all; require it with all: [%s, not: …]", name, name)
				}
			}
		}
	}
	negative(r.When, false)
}

// each calls f for every condition of a rule.
func (l *linter) each(r *Rule, f func(*Condition)) {
	var walk func(c *Condition)
	walk = func(c *Condition) {
		if c == nil {
			return
		}
		f(c)
		for _, child := range c.children {
			walk(child)
		}
	}
	walk(r.When)
	for _, name := range slices.Sorted(maps.Keys(r.Conditions)) {
		walk(r.Conditions[name])
	}
}
