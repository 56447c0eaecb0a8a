package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"earshot/models"
)

// termID numbers the terms of a set. A term's children and anchors have
// smaller numbers than the term itself.
type termID int32

const noTerm termID = -1

// term is a compiled condition. Equal conditions of all rules of a set share
// one term, so that each is evaluated once a conversation.
type term struct {
	op       string // all, any, not, or an operator
	children []termID
	leaf     leaf     // of an operator
	text     wordings // what the operator looks for, for a person
}

// leaf evaluates an operator. Its answer depends on nothing but the session.
type leaf interface {
	eval(s *Session) answer
	// explain adds what the answer rests on.
	explain(s *Session, e *Explanation)
}

// anchor is implemented by leaves whose hits are places other conditions may
// refer to.
type anchor interface {
	// places appends the hits in their order. Those before the frontier are
	// final: none will be added before it, none taken away.
	places(s *Session, out []place) ([]place, position)
}

// compiler turns the rules of a set into terms.
type compiler struct {
	set     *Set
	shared  map[string]termID
	sources map[string]int
	lists   map[string][]string

	rule     *Rule
	cond     *Condition // the operator being compiled
	state    map[string]compileState
	ruleByID map[string]*Rule
	done     map[string]compileState    // of rules
	used     map[string]map[string]bool // by rule: the $lists and rules it refers to
	depth    int
}

type compileState uint8

const (
	notCompiled compileState = iota
	compiling
	compiled
	failed
)

// compileRule compiles r and, before it, the rules it refers to.
func (c *compiler) compileRule(r *Rule) error {
	switch c.done[r.ID] {
	case compiled:
		return nil
	case failed:
		return models.BadInput("rule %s has errors of its own", r.ID)
	case compiling:
		return models.BadInput("rule %s refers to itself, if only through other rules", r.ID)
	}
	if c.depth++; c.depth > maxDepth {
		return models.BadInput("more than %d rules refer to each other in a row", maxDepth)
	}
	outer := struct {
		rule  *Rule
		cond  *Condition
		state map[string]compileState
	}{c.rule, c.cond, c.state}
	c.rule, c.state = r, map[string]compileState{}
	c.done[r.ID] = compiling
	r.terms = map[string]termID{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(r.Conditions)) {
		if _, err := c.named(name, r.Conditions[name].pos); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 {
		root, err := c.compile(r.When)
		if err != nil {
			errs = append(errs, err)
		}
		r.root = root
	}
	r.title, r.named = r.Name.wordings(), map[termID]label{}
	for name, id := range r.terms {
		if first, ok := r.named[id]; !ok || name < first.name {
			r.named[id] = label{name, r.Names[name].wordings()}
		}
	}
	c.rule, c.cond, c.state = outer.rule, outer.cond, outer.state
	c.depth--
	c.done[r.ID] = compiled
	if len(errs) > 0 {
		c.done[r.ID] = failed
	}
	return problems(errs)
}

// named compiles the condition that a name stands for.
func (c *compiler) named(name string, at Pos) (termID, error) {
	cond, ok := c.rule.Conditions[name]
	if !ok {
		return noTerm, problem(at, "%s", unknown("condition", name, slices.Collect(maps.Keys(c.rule.Conditions))))
	}
	switch c.state[name] {
	case compiled:
		return c.rule.terms[name], nil
	case compiling:
		return noTerm, problem(at, "condition %q refers to itself", name)
	case failed:
		return noTerm, problem(cond.pos, "condition %q has errors", name)
	}
	c.state[name] = compiling
	id, err := c.compile(cond)
	if err != nil {
		c.state[name] = failed
		return noTerm, err
	}
	c.state[name] = compiled
	c.rule.terms[name] = id
	return id, nil
}

func (c *compiler) compile(cond *Condition) (termID, error) {
	switch cond.op {
	case "":
		return c.named(cond.name, cond.pos)
	case "all", "any", "not":
		var children []termID
		var errs []error
		for _, child := range cond.children {
			id, err := c.compile(child)
			if err != nil {
				errs = append(errs, err)
			}
			children = append(children, id)
		}
		if len(errs) > 0 {
			return noTerm, problems(errs)
		}
		return c.combine(cond.op, children...), nil
	}
	outer := c.cond
	c.cond = cond
	id, err := cond.params.compile(c)
	c.cond = outer
	if err != nil {
		return noTerm, placed(cond.pos, err)
	}
	return id, nil
}

// combine returns the term for all, any or not over others.
func (c *compiler) combine(op string, children ...termID) termID {
	if len(children) == 1 && op != "not" {
		return children[0]
	}
	return c.add(fmt.Sprintf("%s %v", op, children), func() term { return term{op: op, children: children} })
}

// add returns the term with a key, and makes it if it is new.
func (c *compiler) add(key string, build func() term) termID {
	if id, ok := c.shared[key]; ok {
		return id
	}
	id := termID(len(c.set.terms))
	c.set.terms = append(c.set.terms, build())
	c.shared[key] = id
	return id
}

// leaf returns the term for the operator being compiled. part tells apart
// several leaves of one operator; on is what it refers to.
func (c *compiler) leaf(part string, text Text, on []termID, l leaf) termID {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %v %v ", c.cond.op, part, on, c.rule.Floor)
	c.cond.source.canonical(&b)
	return c.add(b.String(), func() term { return term{op: c.cond.op, leaf: l, text: text.wordings()} })
}

// source returns the number of the source with a key, and adds it if it is
// new. Sources watch the conversation for one kind of thing, wherever it is;
// leaves then look at what lies in their scope.
func (c *compiler) source(key string, build func() noticer) int {
	key = c.cond.op + " " + key
	if i, ok := c.sources[key]; ok {
		return i
	}
	i := len(c.set.sources)
	c.set.sources = append(c.set.sources, build())
	c.sources[key] = i
	return i
}

// uses notes that the rule being compiled refers to a $list or a rule.
func (c *compiler) uses(name string) {
	if c.used[c.rule.ID] == nil {
		c.used[c.rule.ID] = map[string]bool{}
	}
	c.used[c.rule.ID][name] = true
}

// words replaces $names by the words of those lists.
func (c *compiler) words(in []string) ([]string, error) {
	var out []string
	for _, w := range in {
		name, isList := strings.CutPrefix(w, "$")
		if !isList {
			out = append(out, w)
			continue
		}
		list, ok := c.lists[name]
		if !ok {
			return nil, models.BadInput("%s", unknown("list", name, slices.Collect(maps.Keys(c.lists))))
		}
		c.uses(w)
		out = append(out, list...)
	}
	return out, nil
}

// scope compiles a scope.
func (c *compiler) scope(s *Scope) (*scope, []termID, error) {
	out := &scope{which: s.Which, every: s.Every, within: s.Within, anchorA: noTerm, anchorB: noTerm, parties: partyMask(s.Party), floor: c.rule.Floor}
	s.names = c.rule.Names
	out.from, out.to = s.bounds()
	out.counted = everybody
	if len(s.Party) == 1 && !s.Absolute {
		out.counted = out.parties
	}
	var on []termID
	for i, name := range s.anchors() {
		id, err := c.named(name, c.cond.pos)
		if err != nil {
			return nil, nil, err
		}
		if !c.set.anchors(id) {
			return nil, nil, models.BadInput("condition %q has no place in the conversation, so nothing can be %s it", name, []string{"near", "between"}[i])
		}
		on = append(on, id)
	}
	switch {
	case s.After != "":
		out.relation, out.anchorA = after, on[0]
	case s.Before != "":
		out.relation, out.anchorA = before, on[0]
	case s.Around != "":
		out.relation, out.anchorA = around, on[0]
	case s.Between != nil:
		out.relation, out.anchorA, out.anchorB = between, on[0], on[1]
	}
	if out.which.kind == whichNth && out.which.nth == 0 {
		out.which.nth = 1
	}
	return out, on, nil
}
