package rules

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Condition is a tree of all, any and not over operators and the names of
// other conditions of the same rule.
type Condition struct {
	pos      Pos
	op       string // all, any, not, "" for a name, else an operator
	name     string // of the condition that is meant
	children []*Condition
	params   params // of an operator
	source   *node  // of an operator: as it was written
}

// params are the parameters of an operator as a rule gives them.
type params interface {
	// compile checks the parameters and adds what evaluates them to the set.
	// It is called once for each different use of the operator.
	compile(c *compiler) (termID, error)
}

// scoped is implemented by parameters that embed a Scope.
type scoped interface{ scope() *Scope }

func (s *Scope) scope() *Scope { return s }

const treeKeys = "all, any, not"

func (c *Condition) fromYAML(n *node) error {
	c.pos = n.pos
	if n.kind == scalarNode && !n.null {
		c.name = n.text
		return nil
	}
	if n.kind != mapNode || len(n.fields) == 0 {
		return fmt.Errorf("want the name of a condition, one of %s, or an operator, got %s", treeKeys, n.describe())
	}
	if len(n.fields) > 1 {
		var names []string
		for _, f := range n.fields {
			names = append(names, f.name)
		}
		return problem(n.fields[1].pos, "%s stand side by side: put them into a list under all: or any:", strings.Join(names, " and "))
	}
	f := &n.fields[0]
	c.pos, c.op = f.pos, f.name
	if f.value.null {
		return problem(f.pos, "%s is empty", f.name)
	}
	switch f.name {
	case "all", "any":
		if f.value.kind != listNode || len(f.value.items) == 0 {
			return problem(f.value.pos, "%s wants a list of conditions", f.name)
		}
		for _, item := range f.value.items {
			child := new(Condition)
			if err := child.fromYAML(item); err != nil {
				return placed(item.pos, err)
			}
			c.children = append(c.children, child)
		}
		return nil
	case "not":
		child := new(Condition)
		if err := child.fromYAML(f.value); err != nil {
			return placed(f.value.pos, err)
		}
		c.children = []*Condition{child}
		return nil
	}
	op, ok := operators[f.name]
	if !ok {
		return problem(f.pos, "%s", unknown("operator", f.name, append(slices.Collect(maps.Keys(operators)), "all", "any", "not")))
	}
	c.params, c.source = op.params(), f.value
	d := decoder{}
	d.value(f.value, reflect.ValueOf(c.params).Elem())
	if err := problems(d.errs); err != nil {
		return err
	}
	if s, ok := c.params.(scoped); ok {
		if err := s.scope().check(); err != nil {
			return placed(f.value.pos, fmt.Errorf("%s: %w", f.name, err))
		}
	}
	return nil
}

// placed is locate for a single error.
func placed(pos Pos, err error) error { return problems(locate(pos, err)) }

// canonical writes a YAML value in one way whatever its layout, so that equal
// values can be recognised and hashed.
func (n *node) canonical(b *strings.Builder) {
	switch n.kind {
	case scalarNode:
		fmt.Fprintf(b, "%q", n.text)
	case listNode:
		b.WriteByte('[')
		for _, item := range n.items {
			item.canonical(b)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case mapNode:
		b.WriteByte('{')
		fields := slices.Clone(n.fields)
		slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
		for _, f := range fields {
			fmt.Fprintf(b, "%q:", f.name)
			f.value.canonical(b)
			b.WriteByte(',')
		}
		b.WriteByte('}')
	}
}
