package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"earshot/warehouse"
	"earshot/warehouse/engine"
)

type backupCmd struct {
	Name string `arg:"" optional:"" help:"Name of the new backup (default: date and time)."`
	On   string `placeholder:"NAME" help:"Copy only what is new since this backup; restoring needs both."`
}

// Run copies the store. It may be called while the service runs, or while
// nothing runs.
func (c backupCmd) Run(ctx context.Context, a *app) error {
	if c.Name == "" {
		c.Name = time.Now().Format("2006-01-02-150405")
	}
	store, done, err := a.anyStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	started := time.Now()
	if err := store.Backup(ctx, c.Name, c.On); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: what was stored until %s; 'earshot restore %s' fills an empty store from it\n",
		a.backup(c.Name), started.Format(time.DateTime), c.Name)
	return nil
}

type restoreCmd struct {
	Name string `arg:"" help:"Name of the backup, a folder in the folder for backups (store.backups)."`
}

// Run fills an empty store.
func (c restoreCmd) Run(ctx context.Context, a *app) error {
	store, done, err := a.anyStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := store.Restore(ctx, c.Name); err != nil {
		return err
	}
	n, first, last, err := store.Span(ctx, warehouse.Filter{})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %s from %s to %s\n", a.backup(c.Name), counted(n, "conversation"), first.Format(time.DateOnly), last.Format(time.DateOnly))
	return nil
}

func (a *app) backup(name string) string {
	if len(a.cfg.Warehouse.Addr) > 0 {
		return name
	}
	return filepath.Join(a.cfg.Store.Backups, name)
}

// anyStore connects to the store that runs, or starts the embedded one until
// done is called.
func (a *app) anyStore(ctx context.Context) (store *warehouse.Warehouse, done func(), err error) {
	store, err = a.connectStore(ctx, asWriter)
	if !errors.Is(err, errNotRunning) {
		return store, func() { a.closing(store.Close()) }, err
	}
	e, err := engine.Start(ctx, a.cfg.Store, a.log)
	if err != nil {
		return nil, nil, err
	}
	store, err = warehouse.Open(ctx, forEngine(a.cfg.Warehouse, e.Endpoint(), asWriter), a.log)
	if err != nil {
		return nil, nil, errors.Join(err, e.Close())
	}
	return store, func() { a.closing(errors.Join(store.Close(), e.Close())) }, nil
}

// closing notes what went wrong after the work was done.
func (a *app) closing(err error) {
	if err != nil {
		a.log.Warn("the store did not close cleanly", "error", err)
	}
}
