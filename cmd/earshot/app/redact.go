package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"earshot/models"
	"earshot/redact"
	"earshot/warehouse"
)

// NewRedact returns the step that masks private data, with the configured
// pseudonym key or that of the data folder.
func (a *App) NewRedact() (*redact.Step, error) {
	cfg := a.Config.Redact
	if cfg.PseudonymKey == "" {
		var err error
		if cfg.PseudonymKey, err = pseudonymKey(a.Config.Data); err != nil {
			return nil, err
		}
	}
	return redact.New(cfg)
}

// pseudonymKey returns the key that is kept in the data folder; the first
// caller makes it. Where there is no data folder nothing is kept, and a key for
// the time being does.
func pseudonymKey(data string) (string, error) {
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return rand.Text(), nil
	}
	path := filepath.Join(data, "pseudonym.key")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		key := rand.Text() + rand.Text()
		_, err = f.WriteString(key)
		return key, errors.Join(err, f.Sync(), f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("pseudonym key: %w", err)
	}
	key, err := os.ReadFile(path)
	if err == nil && len(key) < 16 {
		err = fmt.Errorf("%s holds no key: restore it from a backup; if there is none, delete it, and customers that are keyed by a number get new pseudonyms", path)
	}
	if err != nil {
		return "", fmt.Errorf("pseudonym key: %w", err)
	}
	return string(key), nil
}

// Load reads an interaction by the id it has, or by the one it came in with.
func (a *App) Load(ctx context.Context, store *warehouse.Warehouse, id models.ID) (*models.Interaction, error) {
	in, _, err := store.Load(ctx, id)
	if errors.Is(err, warehouse.ErrNotFound) {
		var mask *redact.Step
		if mask, err = a.NewRedact(); err != nil {
			return nil, err
		}
		in, _, err = store.Load(ctx, mask.ID(id))
	}
	if errors.Is(err, warehouse.ErrNotFound) {
		return nil, fmt.Errorf("no result of %s: `earshot dead show %s` tells whether it failed, `earshot report coverage` whether work is in flight", id, id)
	}
	return in, err
}

// masking returns what masks numbers in what is logged: messages
// name files, and quote what could not be read. Words stay, for names and
// addresses look like much that a log has to say.
func masking() func([]string, slog.Attr) slog.Attr {
	mask, err := redact.New(redact.Config{Keep: []string{string(redact.Name), string(redact.Address), string(redact.Order), string(redact.IP)}})
	if err != nil { // the types are ours
		panic(err)
	}
	return func(_ []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Any().(type) {
		case string:
			a.Value = slog.StringValue(mask.Text(v))
		case error:
			a.Value = slog.StringValue(mask.Text(v.Error()))
		case fmt.Stringer:
			if a.Value.Kind() == slog.KindAny {
				a.Value = slog.StringValue(mask.Text(v.String()))
			}
		}
		return a
	}
}
