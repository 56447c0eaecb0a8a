package app

import (
	"context"
	"fmt"

	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// Role says as whom a command talks to the store.
type Role int

// The roles.
const (
	AsWriter  Role = iota // owns the tables
	AsAnalyst             // reads the views
)

// ForEngine returns the configuration by which one talks to the embedded engine.
func ForEngine(cfg warehouse.Config, e engine.Endpoint, as Role) warehouse.Config {
	login := e.Writer
	if as == AsAnalyst {
		login = e.Analyst
	}
	cfg.Addr, cfg.User, cfg.Password = []string{e.Native}, login.User, login.Password
	return cfg
}

// ConnectStore connects a command to the store that runs. A configured
// ClickHouse knows only the configured user, whatever the role.
func (a *App) ConnectStore(ctx context.Context, as Role) (*warehouse.Warehouse, error) {
	cfg := a.Config.Warehouse
	if len(cfg.Addr) == 0 {
		e, err := engine.Find(a.Config.Store.Path)
		if err != nil {
			return nil, fmt.Errorf("%w: %w: start it with `earshot serve`, or name its folder with --home", ErrNotRunning, err)
		}
		cfg = ForEngine(cfg, e, as)
	}
	return warehouse.Open(ctx, cfg, a.Log)
}
