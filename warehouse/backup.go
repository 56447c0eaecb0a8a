package warehouse

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"earshot/models"
)

// ErrNotEmpty means that the store holds conversations, which a backup would
// have to be mixed with.
var ErrNotEmpty = errors.New("the store is not empty")

var backupName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)

// heads are the tables that say what counts. They are copied before the rows
// they name: what is written in between is then not in the backup at all,
// instead of in halves.
var heads = []string{"current", "unsettled", "accepted", "dead"}

func checkBackupName(name string) error {
	if !backupName.MatchString(name) || strings.Contains(name, "..") {
		return models.BadInput("backup %q: want a name of at most 100 letters, digits, '_', '-' and '.'", name)
	}
	return nil
}

// The two parts of a backup, as ClickHouse names places.
func headsOf(name string) string { return "File('" + name + "/heads')" }
func rowsOf(name string) string  { return "File('" + name + "/rows')" }

// Backup copies all results that are stored when it begins into the folder
// name of the folder for backups. Others may write meanwhile. With base, the
// name of an earlier backup, it copies only what is new since; both are needed
// to restore then.
func (w *Warehouse) Backup(ctx context.Context, name, base string) error {
	if err := checkBackupName(name); err != nil {
		return err
	}
	if w.config.Sharded {
		return models.BadInput("warehouse.sharded: several shards are backed up by ClickHouse itself, BACKUP DATABASE %s, DATABASE %s ON CLUSTER %s", w.config.Database, w.local(), w.config.Cluster)
	}
	settings := ""
	if base != "" {
		if err := checkBackupName(base); err != nil {
			return err
		}
		settings = " SETTINGS base_backup = " + rowsOf(base)
	}
	for _, s := range []string{
		"BACKUP " + w.headTables() + " {on_cluster} TO " + headsOf(name),
		"BACKUP DATABASE {db}, DATABASE {raw} EXCEPT TABLES " + strings.Join(w.qualified(heads), ", ") + " {on_cluster} TO " + rowsOf(name) + settings,
	} {
		if err := w.copyAll(ctx, s); err != nil {
			return fmt.Errorf("back up to %s: %w", name, err)
		}
	}
	return nil
}

// Restore fills an empty store from a backup and brings it to the schema of
// this program. ErrNotEmpty if the store holds anything; nothing is changed
// then. What a Restore that broke off has left has to be deleted.
func (w *Warehouse) Restore(ctx context.Context, name string) error {
	if err := checkBackupName(name); err != nil {
		return err
	}
	if w.config.Sharded {
		return models.BadInput("warehouse.sharded: several shards are restored by ClickHouse itself, RESTORE … ON CLUSTER %s", w.config.Cluster)
	}
	if err := w.checkEmpty(ctx); err != nil {
		return err
	}
	for _, s := range []string{
		"DROP DATABASE IF EXISTS {db} {on_cluster} SYNC",
		"DROP DATABASE IF EXISTS {raw} {on_cluster} SYNC",
		"RESTORE DATABASE {raw} {on_cluster} FROM " + rowsOf(name),
		"RESTORE " + w.headTables() + " {on_cluster} FROM " + headsOf(name),
		"RESTORE DATABASE {db} {on_cluster} FROM " + rowsOf(name),
	} {
		if err := w.copyAll(ctx, s); err != nil {
			return fmt.Errorf("restore %s: %w", name, err)
		}
	}
	w.types.Clear()
	if err := w.disown(ctx); err != nil {
		return fmt.Errorf("restore %s: %w", name, err)
	}
	return w.Migrate(ctx)
}

// disown says of rows without a head that they do not count: those that came
// in while the backup was made.
func (w *Warehouse) disown(ctx context.Context) error {
	var rows []string
	for _, table := range factTables { // a backup by an older Earshot has not all
		var there uint64
		if err := w.conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = {database:String} AND name = {table:String}",
			Param("database", w.raw()), Param("table", table)).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			rows = append(rows, "SELECT interaction_id, write, revision FROM {raw}."+table)
		}
	}
	return w.conn.Exec(ctx, w.expand("INSERT INTO {raw}.unsettled (interaction_id, write, revision, done, position, load)"+
		" SELECT DISTINCT interaction_id, write, revision, false, 0, 0 FROM ("+strings.Join(rows, " UNION ALL ")+")"+
		" WHERE write NOT IN (SELECT write FROM {raw}.current FINAL)"))
}

// copyAll runs a statement that may take hours.
func (w *Warehouse) copyAll(ctx context.Context, statement string) error {
	o := w.options("")
	o.ReadTimeout = copyPatience
	conn, err := clickhouse.Open(o)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	err = conn.Exec(ctx, w.expand(statement))
	var e *clickhouse.Exception
	switch {
	case !errors.As(err, &e):
		return err
	case e.Code == 598: // BACKUP_ALREADY_EXISTS
		return models.BadInput("there is a backup of that name already: choose another")
	case e.Code == 599 || e.Code == 600: // BACKUP_NOT_FOUND, BACKUP_ENTRY_NOT_FOUND
		return models.BadInput("the folder for backups has no such backup, or not all of it: %s", message(e))
	}
	return queryError(err)
}

// copyPatience is how long one statement that copies everything may take.
const copyPatience = 24 * time.Hour

// checkEmpty returns ErrNotEmpty if there is anything in the store.
func (w *Warehouse) checkEmpty(ctx context.Context) error {
	var rows uint64
	if err := w.conn.QueryRow(ctx, "SELECT toUInt64(sum(ifNull(total_rows, 0))) FROM system.tables WHERE database = {database:String} AND name IN {tables:Array(String)}",
		Param("database", w.raw()), Param("tables", heads)).Scan(&rows); err != nil {
		return fmt.Errorf("look whether the store is empty: %w", err)
	}
	if rows > 0 {
		return fmt.Errorf("%w: restore into another folder, such as --home new-folder", ErrNotEmpty)
	}
	return nil
}

func (w *Warehouse) headTables() string {
	return "TABLE " + strings.Join(w.qualified(heads), ", TABLE ")
}

func (w *Warehouse) qualified(tables []string) []string {
	all := make([]string, len(tables))
	for i, t := range tables {
		all[i] = w.raw() + "." + t
	}
	return all
}
