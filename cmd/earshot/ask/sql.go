package ask

import (
	"context"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
)

// SQLCmd is `earshot sql`.
type SQLCmd struct {
	Query  string `arg:"" help:"A query over the views: interactions, turns, findings, verdicts, scorecards, score_items and more."`
	Format string `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

// Run prints the answer of the query.
func (c SQLCmd) Run(ctx context.Context, a *app.App) error {
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Query(ctx, c.Query)
	if err != nil {
		return err
	}
	return terminal.PrintTable(a.Out, t, c.Format)
}
