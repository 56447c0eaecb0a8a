package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sync/errgroup"
)

// send writes a batch: the facts first, several tables at a time, and what
// makes them count last. After an error some of it may be there, and counts
// for nothing.
func (w *Warehouse) send(ctx context.Context, b *batch) error {
	g, facts := errgroup.WithContext(ctx)
	g.SetLimit(4)
	g.Go(func() error { return insert(facts, w, "turns", b.turns) })
	g.Go(func() error { return insert(facts, w, "verdicts", b.verdicts) })
	g.Go(func() error { return insert(facts, w, "interactions", b.interactions) })
	g.Go(func() error { return insert(facts, w, "findings", b.findings) })
	g.Go(func() error { return insert(facts, w, "score_items", b.items) })
	g.Go(func() error { return insert(facts, w, "scorecards", b.scorecards) })
	g.Go(func() error { return insert(facts, w, "trace", b.traces) })
	g.Go(func() error { return insert(facts, w, "summaries", b.summaries) })
	g.Go(func() error { return insert(facts, w, "shadows", b.shadows) })
	g.Go(func() error { return insert(facts, w, "accepted", b.accepted) })
	g.Go(func() error { return insert(facts, w, "dead", b.dead) })
	if err := g.Wait(); err != nil {
		return err
	}
	return insert(ctx, w, "current", b.current)
}

// insert writes rows column by column. It costs this process about what
// appending each row by hand would, without writing every table's columns out
// twice: see BenchmarkInsert.
func insert[T any](ctx context.Context, w *Warehouse, table string, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	columns := columnsOf(reflect.TypeFor[T]())
	b, err := w.conn.PrepareBatch(ctx, fmt.Sprintf("INSERT INTO %s.%s (%s)", w.raw(), table, columns.names))
	if err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	defer func() { _ = b.Close() }()
	for i, f := range columns.fields {
		if err := appendColumn(b.Column(i), rows, f); err != nil {
			return fmt.Errorf("write %s: column %s: %w", table, f.Tag.Get("ch"), err)
		}
	}
	if err := b.Send(); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// appendColumn appends the field f of every row.
func appendColumn[T any](to driver.BatchColumn, rows []T, f reflect.StructField) error {
	switch f.Type {
	case reflect.TypeFor[string]():
		return to.Append(values[string](rows, f.Offset))
	case reflect.TypeFor[uint64]():
		return to.Append(values[uint64](rows, f.Offset))
	case reflect.TypeFor[uint32]():
		return to.Append(values[uint32](rows, f.Offset))
	case reflect.TypeFor[int64]():
		return to.Append(values[int64](rows, f.Offset))
	case reflect.TypeFor[int32]():
		return to.Append(values[int32](rows, f.Offset))
	case reflect.TypeFor[float64]():
		return to.Append(values[float64](rows, f.Offset))
	case reflect.TypeFor[bool]():
		return to.Append(values[bool](rows, f.Offset))
	case reflect.TypeFor[time.Time]():
		return to.Append(values[time.Time](rows, f.Offset))
	case reflect.TypeFor[*float64]():
		return to.Append(values[*float64](rows, f.Offset))
	}
	// The client takes lists of lists apart by reflection, one list not.
	for i := range rows {
		if err := to.AppendRow(fieldAt(&rows[i], f)); err != nil {
			return err
		}
	}
	return nil
}

func fieldAt[T any](row *T, f reflect.StructField) any {
	at := unsafe.Add(unsafe.Pointer(row), f.Offset)
	switch f.Type {
	case reflect.TypeFor[[]int64]():
		return *(*[]int64)(at)
	case reflect.TypeFor[[]string]():
		return *(*[]string)(at)
	case reflect.TypeFor[[]float64]():
		return *(*[]float64)(at)
	}
	return reflect.NewAt(f.Type, at).Elem().Interface()
}

// values copies the field of type C that lies at offset in every row. Asking
// reflection for each value made the whole insert 1.6 times as expensive.
func values[C, T any](rows []T, offset uintptr) []C {
	all := make([]C, len(rows))
	for i := range rows {
		all[i] = *(*C)(unsafe.Add(unsafe.Pointer(&rows[i]), offset))
	}
	return all
}

// rowColumns are the columns of a row type, those of embedded parts included,
// with offsets from the start of the row.
type rowColumns struct {
	names  string // quoted, with commas
	fields []reflect.StructField
}

var columnCache sync.Map // reflect.Type to rowColumns

func columnsOf(t reflect.Type) rowColumns {
	if c, ok := columnCache.Load(t); ok {
		return c.(rowColumns)
	}
	var c rowColumns
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("ch"); name != "" {
			names = append(names, "`"+name+"`")
			f.Offset = offsetIn(t, f.Index)
			c.fields = append(c.fields, f)
		}
	}
	c.names = strings.Join(names, ", ")
	columnCache.Store(t, c)
	return c
}

// offsetIn returns where the field lies in t: reflection gives offsets within
// the embedded part alone.
func offsetIn(t reflect.Type, index []int) (offset uintptr) {
	for _, i := range index {
		f := t.Field(i)
		offset += f.Offset
		t = f.Type
	}
	return offset
}
