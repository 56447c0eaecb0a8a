package service

import (
	"context"
	"fmt"

	"earshot/cmd/earshot/app"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// StoreCmd is `earshot store`.
type StoreCmd struct{}

// Run serves the embedded ClickHouse engine until ctx ends. Other commands
// find it through the endpoint it writes into its folder.
func (StoreCmd) Run(ctx context.Context, a *app.App) error {
	e, err := engine.Start(ctx, a.Config.Store, a.Log)
	if err != nil {
		return err
	}
	at := e.Endpoint()
	fmt.Fprintf(a.Out, "ClickHouse native %s, HTTP http://%s, folder %s. Ctrl-C stops it.\n", at.Native, at.HTTP, at.Path)
	<-ctx.Done()
	return e.Close()
}

// openStore connects serve to the configured ClickHouse, or starts the
// embedded one, and brings the schema up to date.
func openStore(ctx context.Context, a *app.App, s *service) error {
	cfg := a.Config.Warehouse
	if len(cfg.Addr) == 0 {
		e, err := engine.Start(ctx, a.Config.Store, a.Log)
		if err != nil {
			return err
		}
		s.engine = e
		s.closers = append(s.closers, e.Close)
		cfg = app.ForEngine(cfg, e.Endpoint(), app.AsWriter)
	}
	store, err := warehouse.Open(ctx, cfg, a.Log)
	if err != nil {
		return err
	}
	s.store = store
	s.closers = append(s.closers, store.Close)
	return store.Migrate(ctx)
}
