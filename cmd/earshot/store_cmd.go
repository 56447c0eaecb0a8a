package main

import (
	"context"
	"fmt"

	"earshot/warehouse"
	"earshot/warehouse/engine"
)

type storeCmd struct{}

// Run serves the embedded ClickHouse engine until ctx ends. Other commands
// find it through the endpoint it writes into its folder.
func (storeCmd) Run(ctx context.Context, a *app) error {
	e, err := engine.Start(ctx, a.cfg.Store, a.log)
	if err != nil {
		return err
	}
	at := e.Endpoint()
	fmt.Fprintf(a.out, "ClickHouse native %s, HTTP http://%s, folder %s. Ctrl-C stops it.\n", at.Native, at.HTTP, at.Path)
	<-ctx.Done()
	return e.Close()
}

// role says as whom a command talks to the store.
type role int

const (
	asWriter  role = iota // owns the tables
	asAnalyst             // reads the views
)

// openStore connects serve to the configured ClickHouse, or starts the
// embedded one, and brings the schema up to date.
func (a *app) openStore(ctx context.Context, s *service) error {
	cfg := a.cfg.Warehouse
	if len(cfg.Addr) == 0 {
		e, err := engine.Start(ctx, a.cfg.Store, a.log)
		if err != nil {
			return err
		}
		s.engine = e
		s.closers = append(s.closers, e.Close)
		cfg = forEngine(cfg, e.Endpoint(), asWriter)
	}
	store, err := warehouse.Open(ctx, cfg, a.log)
	if err != nil {
		return err
	}
	s.store = store
	s.closers = append(s.closers, store.Close)
	return store.Migrate(ctx)
}

func forEngine(cfg warehouse.Config, e engine.Endpoint, as role) warehouse.Config {
	login := e.Writer
	if as == asAnalyst {
		login = e.Analyst
	}
	cfg.Addr, cfg.User, cfg.Password = []string{e.Native}, login.User, login.Password
	return cfg
}

// connectStore connects a command to the store that runs. A configured
// ClickHouse knows only the configured user, whatever the role.
func (a *app) connectStore(ctx context.Context, as role) (*warehouse.Warehouse, error) {
	cfg := a.cfg.Warehouse
	if len(cfg.Addr) == 0 {
		e, err := engine.Find(a.cfg.Store.Path)
		if err != nil {
			return nil, fmt.Errorf("%w: %w: start it with `earshot serve`, or name its folder with --home", errNotRunning, err)
		}
		cfg = forEngine(cfg, e, as)
	}
	return warehouse.Open(ctx, cfg, a.log)
}
