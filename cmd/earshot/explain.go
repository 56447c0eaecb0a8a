package main

import (
	"cmp"
	"context"
	"fmt"

	"earshot/models"
	"earshot/rules"
)

type explainCmd struct {
	ID   models.ID `arg:"" help:"The interaction's id."`
	Rule string    `arg:"" help:"The rule's id, as 'earshot show --all' prints it in brackets."`
	Lang string    `enum:"zh,en," default:"" help:"Language to explain in: zh or en (default: that of the conversation)."`
	JSON bool      `name:"json" help:"Print the tree as JSON."`
}

// Run evaluates the rule of today over the stored conversation.
func (c explainCmd) Run(ctx context.Context, a *app) error {
	store, err := a.connectStore(ctx, asWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	in, err := a.load(ctx, store, c.ID)
	if err != nil {
		return err
	}
	set, _, err := a.loadRules()
	if err != nil {
		return err
	}
	tree, err := set.Explain(in, c.Rule, c.Lang)
	if err != nil {
		return err
	}
	if c.JSON {
		return printIndented(a.out, tree)
	}
	if tree == nil {
		fmt.Fprintf(a.out, "rule %s does not apply to %s\n", c.Rule, c.ID)
		return nil
	}
	r := set.Rule(c.Rule)
	fmt.Fprintf(a.out, "%s, version %s: %s\n", titled(r.Name.In(cmp.Or(c.Lang, rules.Language(in))), r.ID), r.Version, tree.Outcome)
	for _, v := range in.Verdicts {
		if v.Rule == r.ID && v.By.Hash != r.Hash() {
			fmt.Fprintf(a.out, "(what is stored was judged by version %s, with other contents: %s; `earshot rescore %s` judges again)\n", v.Version, v.Outcome, c.ID)
		}
	}
	_, err = fmt.Fprint(a.out, tree)
	return err
}
