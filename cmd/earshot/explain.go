package main

import (
	"context"
	"encoding/json"
	"fmt"

	"earshot/models"
)

type explainCmd struct {
	ID   models.ID `arg:"" help:"The interaction's id."`
	Rule string    `arg:"" help:"The rule's id, as 'earshot show --all' prints it in brackets."`
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
	tree, err := set.Explain(in, c.Rule)
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(a.out)
		out.SetIndent("", "  ")
		return out.Encode(tree)
	}
	if tree == nil {
		fmt.Fprintf(a.out, "rule %s does not apply to %s\n", c.Rule, c.ID)
		return nil
	}
	_, err = fmt.Fprint(a.out, tree)
	return err
}
