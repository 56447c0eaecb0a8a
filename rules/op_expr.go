package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"earshot/models"
)

func init() {
	register(operator{
		name: "expr",
		doc: "Arithmetic and comparisons in the language of expr-lang/expr. number(name) is an attribute as a number (0 if it is none), text(name) an attribute as text, has(name) whether there is one, " +
			"hits(condition) how often a condition of this rule was found. It has to give true or false.",
		params: func() params { return new(expression) },
		examples: []example{
			{rule: `expr: 'number("paid") - number("price") * 2 > 10'`, hit: "C: hi", miss: "C: hi", only: `attributes: {paid: "200", price: "50"}`},
			{rule: `expr: 'text("tier") in ["gold", "vip"] && !has("blocked")'`, hit: "C: hi", miss: "C: hi", only: `attributes: {tier: vip}`},
		},
	})
}

type expression string

// Bounds on what an expression may cost.
const (
	maxExprText   = 4000
	maxExprNodes  = 500
	maxExprMemory = 100_000
)

// exprEnv is what an expression sees.
type exprEnv struct {
	Number func(string) float64 `expr:"number"`
	Text   func(string) string  `expr:"text"`
	Has    func(string) bool    `expr:"has"`
	Hits   func(string) int     `expr:"hits"`
}

func (x *expression) compile(c *compiler) (termID, error) {
	text := string(*x)
	if len(text) > maxExprText {
		return noTerm, models.BadInput("expr: %d bytes: at most %d", len(text), maxExprText)
	}
	// Conditions are named in the text; each that occurs is compiled first.
	l := &exprLeaf{conditions: map[string]termID{}}
	var on []termID
	for _, name := range slices.Sorted(maps.Keys(c.rule.Conditions)) {
		if !strings.Contains(text, strconv.Quote(name)) && !strings.Contains(text, "'"+name+"'") {
			continue
		}
		if c.state[name] == compiling {
			continue // the condition that this expression is
		}
		id, err := c.named(name, c.cond.pos)
		if err != nil {
			return noTerm, err
		}
		l.conditions[name] = id
		on = append(on, id)
	}
	program, err := expr.Compile(text, expr.Env(exprEnv{}), expr.AsBool(), expr.MaxNodes(maxExprNodes), expr.DisableBuiltin("now"), expr.DisableBuiltin("date"))
	if err != nil {
		return noTerm, models.BadInput("expr: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	l.program = program
	if err := l.try(); err != nil {
		return noTerm, err
	}
	return c.leaf(fmt.Sprint(on), Text{"": text}, on, l), nil
}

type exprLeaf struct {
	program    *vm.Program
	conditions map[string]termID
}

// try runs the expression once, to find conditions that do not exist.
func (l *exprLeaf) try() error {
	missing := ""
	_, err := expr.Run(l.program, exprEnv{
		Number: func(string) float64 { return 1 }, Text: func(string) string { return "" }, Has: func(string) bool { return true },
		Hits: func(name string) int {
			if _, ok := l.conditions[name]; !ok {
				missing = name
			}
			return 1
		},
	})
	if missing != "" {
		return models.BadInput("expr: %s", unknown("condition", missing, slices.Collect(maps.Keys(l.conditions))))
	}
	if err != nil && !strings.Contains(err.Error(), "divi") {
		return models.BadInput("expr: %s", err)
	}
	return nil
}

func (l *exprLeaf) eval(s *Session) answer {
	if len(l.conditions) > 0 && !s.closed {
		return open
	}
	doubt := false
	env := exprEnv{
		Number: func(name string) float64 {
			v, _ := attributeOf(s.in, name)
			f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil {
				return 0
			}
			return f
		},
		Text: func(name string) string { v, _ := attributeOf(s.in, name); return v },
		Has:  func(name string) bool { _, ok := attributeOf(s.in, name); return ok },
		Hits: func(name string) int {
			id, ok := l.conditions[name]
			if !ok {
				return 0
			}
			places, _ := s.places(id, s.getPlaces())
			defer s.putPlaces(places)
			n := 0
			for i := range places {
				if places[i].doubtful {
					doubt = true
				}
				n++
			}
			return n
		},
	}
	machine := vm.VM{MemoryBudget: maxExprMemory}
	out, err := machine.Run(l.program, env)
	if err != nil {
		return isUnsure // a division by zero, a budget: a person has to look
	}
	if doubt {
		return isUnsure
	}
	yes, _ := out.(bool)
	return decided(yes)
}

func (l *exprLeaf) explain(s *Session, e *Explanation) {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(l.conditions)) {
		places, _ := s.places(l.conditions[name], s.getPlaces())
		parts = append(parts, fmt.Sprintf("%s = %d", name, len(places)))
		s.putPlaces(places)
	}
	e.Value = strings.Join(parts, ", ")
}
