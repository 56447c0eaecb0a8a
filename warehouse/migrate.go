package warehouse

//go:generate go test -run ^TestReference$ -update .

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// NewerSchemaError says that a newer Earshot has changed the schema.
type NewerSchemaError struct{ Found, Known int64 }

func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("the store has schema version %d, this Earshot knows versions up to %d: use the Earshot that wrote it, or a newer one", e.Found, e.Known)
}

// Migrate brings the schema to the version of this program. It may be called
// on every start; a step that broke off is done again. NewerSchemaError if the
// store was written by a newer Earshot; nothing is changed then.
func (w *Warehouse) Migrate(ctx context.Context) error {
	for _, database := range []string{w.config.Database, w.raw(), w.local()} {
		if err := w.conn.Exec(ctx, w.expand("CREATE DATABASE IF NOT EXISTS "+database+" {on_cluster}")); err != nil {
			return fmt.Errorf("make the database %s: %w", database, err)
		}
	}
	steps, err := w.migrations()
	if err != nil {
		return err
	}
	db := clickhouse.OpenDB(w.options(w.raw()))
	defer func() { _ = db.Close() }()
	provider, err := goose.NewProvider(goose.DialectClickHouse, db, nil,
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true), goose.WithSlog(w.log))
	if err != nil {
		return fmt.Errorf("read the schema: %w", err)
	}
	found, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if known := steps[len(steps)-1].Version; found > known {
		return &NewerSchemaError{Found: found, Known: known}
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("change the schema: %w", err)
	}
	for _, r := range done {
		w.log.Info("schema changed", "version", r.Source.Version, "took", r.Duration.Round(time.Millisecond))
	}
	if err := w.spread(ctx); err != nil {
		return err
	}
	return w.retain(ctx)
}

// migrations returns a step for each numbered file.
func (w *Warehouse) migrations() ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/[0-9]*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]*goose.Migration, 0, len(names))
	for _, name := range names { // Glob sorts them
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		up := func(ctx context.Context, db *sql.DB) error {
			if err := w.step(ctx, db, string(b)); err != nil {
				return fmt.Errorf("%s: %w", path.Base(name), err)
			}
			return nil
		}
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunDB: up}, nil))
	}
	if len(steps) == 0 {
		return nil, errors.New("no migrations are built in")
	}
	return steps, nil
}

// step carries out the statements of a file.
func (w *Warehouse) step(ctx context.Context, db *sql.DB, text string) error {
	var fills []fill
	for _, s := range statements(text) {
		s, isFill := strings.CutPrefix(s, exact)
		if isFill || s == refreshViews || strings.HasPrefix(s, viewPrefix) {
			if err := w.spread(ctx); err != nil { // views and fills need the tables they read
				return err
			}
		}
		switch {
		case s == settled:
			if err := w.settleFills(ctx, fills); err != nil {
				return err
			}
			fills = nil
		case isFill:
			f, err := fillOf(s)
			if err != nil {
				return err
			}
			fills = append(fills, f)
			if err := w.fillTable(ctx, f); err != nil {
				return err
			}
		case s == refreshViews:
			if err := w.refreshViews(ctx, db); err != nil {
				return err
			}
		default:
			s, optional := strings.CutPrefix(w.expand(s), optional)
			if _, err := db.ExecContext(ctx, s); err != nil && optional {
				w.log.Warn("the store cannot do this, and works without it", "statement", s, "error", err)
			} else if err != nil {
				return fmt.Errorf("%w in: %.200s", err, s)
			}
		}
	}
	return w.settleFills(ctx, fills)
}

// optional begins a statement that a store may be too old for.
const optional = "-- optional\n"

// refreshViews stands for all views that there are, made again: what {counts}
// means has changed.
const refreshViews = "{views}"

// settled stands where every write must be in the tables that were filled, once,
// before what comes next; otherwise that is so at the end of the migration.
const settled = "{settled}"

// viewPrefix begins a statement that makes a view for people.
const viewPrefix = "CREATE OR REPLACE VIEW {db}."

// viewStatement makes a view of the database that people read.
type viewStatement struct{ name, statement string }

// viewStatements returns those of all files, in their order. Where two make
// the same view, the later one is left.
func viewStatements() ([]viewStatement, error) {
	names, err := fs.Glob(migrationFiles, "migrations/[0-9]*.sql")
	if err != nil {
		return nil, err
	}
	var all []viewStatement
	for _, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, s := range statements(string(b)) {
			view, ok := strings.CutPrefix(s, viewPrefix)
			if !ok {
				continue
			}
			view, _, _ = strings.Cut(view, " ")
			all = slices.DeleteFunc(all, func(v viewStatement) bool { return v.name == view })
			all = append(all, viewStatement{view, s})
		}
	}
	return all, nil
}

// refreshViews makes the views again that the store has, as the files have
// them now. Those of later files come with those.
func (w *Warehouse) refreshViews(ctx context.Context, db *sql.DB) error {
	all, err := viewStatements()
	if err != nil {
		return err
	}
	for _, v := range all {
		var there uint8
		if err := db.QueryRowContext(ctx, "SELECT count() > 0 FROM system.tables WHERE database = ? AND name = ?", w.config.Database, v.name).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			continue
		}
		if _, err := db.ExecContext(ctx, w.expand(v.statement)); err != nil {
			return fmt.Errorf("make the view %s again: %w", v.name, err)
		}
	}
	return nil
}

// statements splits a file into its statements, which end with the line that
// ends with a semicolon, and leaves comment lines out.
func statements(text string) []string {
	var all []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") && line != optional && line != exact {
			continue
		}
		end := strings.HasSuffix(strings.TrimSpace(line), ";")
		b.WriteString(line)
		if end {
			all = append(all, strings.TrimSuffix(strings.TrimSpace(b.String()), ";"))
			b.Reset()
		}
	}
	return all
}

//go:embed migrations/head.sql
var headSQL string

//go:embed migrations/evidence.sql
var evidenceSQL string

// expand fills in the placeholders of a migration or a query.
func (w *Warehouse) expand(text string) string {
	text = strings.NewReplacer("{head}", strings.TrimSpace(headSQL), "{evidence}", strings.TrimSpace(evidenceSQL)).Replace(text)
	onCluster, replicated := "", ""
	if w.config.Cluster != "" {
		onCluster, replicated = "ON CLUSTER "+w.config.Cluster, "Replicated"
	}
	filled := w.raw()
	if w.nodes != nil { // each makes and fills its own tables, one after the other
		onCluster, replicated, filled = "", "", w.local()
	}
	text = strings.ReplaceAll(text, "{counts}", "write NOT IN (SELECT write FROM {local}.stale)")
	return strings.NewReplacer("{db}", w.config.Database, "{raw}", w.raw(), "{local}", w.local(), "{fill}", filled, "{on_cluster}", onCluster, "{replicated}", replicated).Replace(text)
}
