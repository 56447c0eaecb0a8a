package ask

import (
	"cmp"
	"context"
	"fmt"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/rules"
)

// ExplainCmd is `earshot explain`.
type ExplainCmd struct {
	ID   models.ID `arg:"" help:"The interaction's id."`
	Rule string    `arg:"" help:"The rule's id, as 'earshot show --all' prints it in brackets."`
	Lang string    `enum:"zh,en," default:"" help:"Language to explain in: zh or en (default: that of the conversation)."`
	JSON bool      `name:"json" help:"Print the tree as JSON."`
}

// Run evaluates the rule of today over the stored conversation.
func (c ExplainCmd) Run(ctx context.Context, a *app.App) error {
	store, err := a.ConnectStore(ctx, app.AsWriter)
	if err != nil {
		return err
	}
	defer store.Close()
	in, err := a.Load(ctx, store, c.ID)
	if err != nil {
		return err
	}
	set, _, err := a.LoadRules()
	if err != nil {
		return err
	}
	tree, err := set.Explain(in, c.Rule, c.Lang)
	if err != nil {
		return err
	}
	if c.JSON {
		return terminal.PrintIndented(a.Out, tree)
	}
	if tree == nil {
		fmt.Fprintf(a.Out, "rule %s does not apply to %s\n", c.Rule, c.ID)
		return nil
	}
	r := set.Rule(c.Rule)
	fmt.Fprintf(a.Out, "%s, version %s: %s\n", titled(r.Name.In(cmp.Or(c.Lang, rules.Language(in))), r.ID), r.Version, tree.Outcome)
	for _, v := range in.Verdicts {
		if v.Rule == r.ID && v.By.Hash != r.Hash() {
			fmt.Fprintf(a.Out, "(what is stored was judged by version %s, with other contents: %s; `earshot rescore %s` judges again)\n", v.Version, v.Outcome, c.ID)
		}
	}
	_, err = fmt.Fprint(a.Out, tree)
	return err
}
