package service

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/warehouse"
	"earshot/warehouse/engine"
)

// BackupCmd is `earshot backup`.
type BackupCmd struct {
	Name string `arg:"" optional:"" help:"Name of the new backup (default: date and time)."`
	On   string `placeholder:"NAME" help:"Copy only what is new since this backup; restoring needs both."`
}

// Run copies the store. It may be called while the service runs, or while
// nothing runs.
func (c BackupCmd) Run(ctx context.Context, a *app.App) error {
	if c.Name == "" {
		c.Name = time.Now().Format("2006-01-02-150405")
	}
	store, done, err := anyStore(ctx, a)
	if err != nil {
		return err
	}
	defer done()
	started := time.Now()
	if err := store.Backup(ctx, c.Name, c.On); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s: what was stored until %s; 'earshot restore %s' fills an empty store from it\n",
		backup(a, c.Name), started.Format(time.DateTime), c.Name)
	return nil
}

// RestoreCmd is `earshot restore`.
type RestoreCmd struct {
	Name string `arg:"" help:"Name of the backup, a folder in the folder for backups (store.backups)."`
}

// Run fills an empty store.
func (c RestoreCmd) Run(ctx context.Context, a *app.App) error {
	store, done, err := anyStore(ctx, a)
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
	fmt.Fprintf(a.Out, "%s: %s from %s to %s\n", backup(a, c.Name), terminal.Counted(n, "conversation"), first.Format(time.DateOnly), last.Format(time.DateOnly))
	return nil
}

func backup(a *app.App, name string) string {
	if len(a.Config.Warehouse.Addr) > 0 {
		return name
	}
	return filepath.Join(a.Config.Store.Backups, name)
}

// anyStore connects to the store that runs, or starts the embedded one until
// done is called.
func anyStore(ctx context.Context, a *app.App) (store *warehouse.Warehouse, done func(), err error) {
	store, err = a.ConnectStore(ctx, app.AsWriter)
	if !errors.Is(err, app.ErrNotRunning) {
		return store, func() { closing(a, store.Close()) }, err
	}
	e, err := engine.Start(ctx, a.Config.Store, a.Log)
	if err != nil {
		return nil, nil, err
	}
	store, err = warehouse.Open(ctx, app.ForEngine(a.Config.Warehouse, e.Endpoint(), app.AsWriter), a.Log)
	if err != nil {
		return nil, nil, errors.Join(err, e.Close())
	}
	return store, func() { closing(a, errors.Join(store.Close(), e.Close())) }, nil
}

// closing notes what went wrong after the work was done.
func closing(a *app.App, err error) {
	if err != nil {
		a.Log.Warn("the store did not close cleanly", "error", err)
	}
}
