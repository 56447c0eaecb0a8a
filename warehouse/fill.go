package warehouse

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// exact begins a statement of a migration that fills a table from another
// which others may write to meanwhile. A view feeds the table from the next
// statements on; what was written before, while or after the fill was read may
// be there once, twice or not at all. At the end of the migration, or where it says
// {settled}, every write is there once.
const exact = "-- exact\n"

// fill is what such a statement says.
type fill struct {
	table   string
	columns string
	rows    string // the query
	source  string // the table that it reads
}

var fillForm = regexp.MustCompile(`(?s)^INSERT INTO \{fill\}\.(\w+) (\([^)]*\))\n(SELECT .*FROM \{fill\}\.(\w+).*)$`)

// fillOf reads a statement.
func fillOf(statement string) (fill, error) {
	m := fillForm.FindStringSubmatch(statement)
	if m == nil {
		return fill{}, fmt.Errorf("no fill: %.100s", statement)
	}
	return fill{table: m[1], columns: m[2], rows: m[3], source: m[4]}, nil
}

// fillSettings bound what a fill holds in memory, whatever the month.
const fillSettings = " SETTINGS max_threads = 1, max_block_size = 16384, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 32000000," +
	" max_bytes_before_external_group_by = 100000000"

const ofMonth = " WHERE toYYYYMM(started) = {month:UInt32}"

// fillTable runs a fill month by month: a history of 100 million turns does not
// go through memory at once.
func (w *Warehouse) fillTable(ctx context.Context, f fill) error {
	months, err := w.months(ctx, f)
	if err != nil {
		return err
	}
	for _, month := range months {
		began := time.Now()
		if err := w.conn.Exec(ctx, w.expand("INSERT INTO {fill}."+f.table+" "+f.columns+"\nSELECT * FROM ("+f.rows+")"+ofMonth+fillSettings), Param("month", month)); err != nil {
			return fmt.Errorf("fill %s with what is of %d: %w", f.table, month, err)
		}
		w.log.Info("filled", "table", f.table, "month", month, "took", time.Since(began).Round(time.Millisecond))
	}
	return nil
}

// months are those of which there is anything, as year and month.
func (w *Warehouse) months(ctx context.Context, f fill) (all []uint32, err error) {
	err = w.conn.QueryRow(ctx, w.expand("SELECT arraySort(groupUniqArray(toYYYYMM(started))) FROM {fill}."+f.source)).Scan(&all)
	if err != nil {
		return nil, fmt.Errorf("fill %s: look what there is: %w", f.table, err)
	}
	return all, nil
}

// errBusy says that others did not stop writing.
var errBusy = errors.New("others write to the store while its schema changes: stop every 'earshot serve' and 'earshot work' that uses it, then start again")

func (w *Warehouse) settleFills(ctx context.Context, fills []fill) error {
	for _, f := range fills {
		if err := w.settleFill(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// settleFill makes every write be in the filled table once: those that differ
// from the query when the table is fed, and those that were on their way then.
// A write of which rows may still come is waited for; none takes longer than
// tryTime.
func (w *Warehouse) settleFill(ctx context.Context, f fill) error {
	suspects, err := w.writes(ctx, onTheirWay, tries)
	if err != nil {
		return err
	}
	months, err := w.months(ctx, f)
	if err != nil {
		return err
	}
	for _, month := range months {
		different, err := w.differing(ctx, f, ofMonth, Param("month", month))
		if err != nil {
			return err
		}
		suspects = append(suspects, different...)
	}
	told := false
	for until := time.Now().Add(tryTime + 10*time.Second); ; {
		var busy []lost
		for some := range slices.Chunk(suspects, prunedAtOnce) {
			later, err := w.writes(ctx, onTheirWay+" AND write IN {writes:Array(UInt64)}", tries, Param("writes", numbers(some)))
			if err != nil {
				return err
			}
			busy = append(busy, later...)
			over := slices.DeleteFunc(slices.Clone(some), func(l lost) bool { return slices.Contains(later, l) })
			if err := w.refill(ctx, f, over); err != nil {
				return err
			}
		}
		if len(busy) == 0 {
			return nil
		}
		if time.Now().After(until) {
			return errBusy
		}
		if !told {
			w.log.Info("waiting for writes that are under way, or until they are given up", "writes", len(busy), "most", tryTime)
			told = true
		}
		suspects = busy
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// onTheirWay are the writes of which rows may still come: they were announced
// and are neither done nor given up.
const onTheirWay = `SELECT DISTINCT interaction_id, write FROM {fill}.unsettled WHERE at > now64(3, 'UTC') - toIntervalSecond({tries:UInt32})
	AND write NOT IN (SELECT write FROM {fill}.unsettled WHERE done)`

var tries = Param("tries", uint32(tryTime.Seconds()))

// refill brings those of the writes that differ.
func (w *Warehouse) refill(ctx context.Context, f fill, writes []lost) error {
	if len(writes) == 0 {
		return nil
	}
	different, err := w.differing(ctx, f, ofWrites, Param("writes", numbers(writes)))
	if err != nil || len(different) == 0 {
		return err
	}
	// Other shards, told by themselves, need not have the table yet.
	here := func(ctx context.Context, statement string, args ...any) error {
		return w.conn.Exec(ctx, w.expand(statement), args...)
	}
	if _, err := w.deleteRows(ctx, "{fill}", f.table, different, here); err != nil {
		return err
	}
	// No token of an earlier fill may stand for these rows.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplicate": 0}))
	err = w.conn.Exec(ctx, w.expand("INSERT INTO {fill}."+f.table+" "+f.columns+"\nSELECT * FROM ("+f.rows+")"+ofWrites), Param("writes", numbers(different)))
	if err != nil {
		return fmt.Errorf("fill %s: %w", f.table, err)
	}
	w.log.Info("writes that came in while the schema changed are put right", "table", f.table, "writes", len(different))
	return nil
}

const ofWrites = " WHERE write IN {writes:Array(UInt64)}"

// differing returns the writes, of those that a condition chooses, that do not
// have as many rows in the table as in the query.
func (w *Warehouse) differing(ctx context.Context, f fill, only string, args ...any) ([]lost, error) {
	return w.writes(ctx, `SELECT any(interaction_id), write FROM
(
	SELECT interaction_id, write, toInt8(1) AS n FROM (`+f.rows+`)`+only+`
	UNION ALL
	SELECT interaction_id, write, toInt8(-1) AS n FROM {fill}.`+f.table+only+`
)
GROUP BY write HAVING sum(n) != 0`+fillSettings, args...)
}

func numbers(writes []lost) []uint64 {
	all := make([]uint64, len(writes))
	for i, l := range writes {
		all[i] = l.write
	}
	return all
}
