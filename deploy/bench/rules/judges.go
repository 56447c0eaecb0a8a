package bench

import (
	"fmt"
	"reflect"
	"testing/fstest"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"earshot/models"
	"earshot/rules"
)

// judges score one card in each of the languages.
type judges struct {
	card    *card
	session *rules.Session
	ids     []string

	machine vm.VM
	exprs   []*vm.Program
	cels    []cel.Program
}

func (c *card) compile() (*judges, error) {
	j := &judges{card: c}
	set, err := rules.Compile(fstest.MapFS{"card.yaml": {Data: []byte(c.yaml)}})
	if err != nil {
		return nil, err
	}
	j.session = set.Begin(nil)
	for _, r := range set.Rules() {
		j.ids = append(j.ids, r.ID)
	}
	for _, x := range c.exprs {
		p, err := expr.Compile(x, expr.Env(call{}), expr.AsBool())
		if err != nil {
			return nil, fmt.Errorf("expr %s: %w", x, err)
		}
		j.exprs = append(j.exprs, p)
	}
	return j, j.compileCEL()
}

func (j *judges) compileCEL() error {
	env, err := cel.NewEnv(ext.NativeTypes(reflect.TypeFor[turn]()), ext.Lists(), ext.Bindings(), ext.Math(),
		cel.Variable("Turns", cel.ListType(cel.ObjectType("rules.turn"))), cel.Variable("Amount", cel.DoubleType))
	if err != nil {
		return err
	}
	for _, x := range j.card.cels {
		ast, issues := env.Compile(x)
		if issues.Err() != nil {
			return fmt.Errorf("cel %s: %w", x, issues.Err())
		}
		p, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
		if err != nil {
			return fmt.Errorf("cel %s: %w", x, err)
		}
		j.cels = append(j.cels, p)
	}
	return nil
}

// earshot scores a conversation by Earshot's rules.
func (j *judges) earshot(in *models.Interaction) float64 {
	j.session.Whole(in)
	sum := 0.0
	for i, id := range j.ids {
		if o, _, _ := j.session.Outcome(id); o == models.Hit {
			sum += j.card.weights[i]
		}
	}
	return sum
}

// expr scores a conversation by expr-lang/expr.
func (j *judges) expr(c *call) (float64, error) {
	sum := 0.0
	for i, p := range j.exprs {
		out, err := j.machine.Run(p, *c)
		if err != nil {
			return 0, fmt.Errorf("expr %s: %w", j.card.exprs[i], err)
		}
		if out == true {
			sum += j.card.weights[i]
		}
	}
	return sum, nil
}

// cel scores a conversation by cel-go.
func (j *judges) cel(c *call) (float64, error) {
	sum := 0.0
	vars := map[string]any{"Turns": c.Turns, "Amount": c.Amount}
	for i, p := range j.cels {
		out, _, err := p.Eval(vars)
		if err != nil {
			return 0, fmt.Errorf("cel %s: %w", j.card.cels[i], err)
		}
		if out.Value() == true {
			sum += j.card.weights[i]
		}
	}
	return sum, nil
}
