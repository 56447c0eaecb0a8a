package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"earshot/models"
	"earshot/rules"
	"earshot/warehouse"
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
	in, _, err := store.Load(ctx, c.ID)
	if errors.Is(err, warehouse.ErrNotFound) {
		return fmt.Errorf("no result of %s: `earshot report coverage` tells whether work is in flight", c.ID)
	}
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
	printTree(a.out, tree, 0)
	return nil
}

func printTree(w io.Writer, e *rules.Explanation, depth int) {
	indent := strings.Repeat("  ", depth)
	fmt.Fprintf(w, "%s%-6s %s", indent, e.Outcome, e.Operator)
	for _, part := range []string{e.Name, e.Text} {
		if part != "" {
			fmt.Fprintf(w, " %s", part)
		}
	}
	if e.Value != "" {
		fmt.Fprintf(w, " = %s", e.Value)
	}
	fmt.Fprintln(w)
	for _, item := range e.Found {
		fmt.Fprintf(w, "%s       found %s\n", indent, place(item.Evidence))
	}
	if e.Nearest != nil {
		fmt.Fprintf(w, "%s       nearest %s", indent, place(e.Nearest.Evidence))
		if e.Why != "" {
			fmt.Fprintf(w, ": %s", e.Why)
		}
		fmt.Fprintln(w)
	} else if e.Why != "" {
		fmt.Fprintf(w, "%s       %s\n", indent, e.Why)
	}
	for _, child := range e.Children {
		printTree(w, child, depth+1)
	}
}

// place says where a piece of evidence stands.
func place(e models.Evidence) string {
	if e.Quote == "" {
		return fmt.Sprintf("%s to %s", e.Start, e.End)
	}
	return fmt.Sprintf("%q in turn %d at %s", e.Quote, e.Turn, e.Start)
}
