package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

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
	g.Go(func() error { return insert(facts, w, "accepted", b.accepted) })
	g.Go(func() error { return insert(facts, w, "dead", b.dead) })
	if err := g.Wait(); err != nil {
		return err
	}
	return insert(ctx, w, "current", b.current)
}

// insert writes rows column by column, which spares the client's work for each
// single value.
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
	values := reflect.ValueOf(rows)
	for i, c := range columns.fields {
		column := reflect.MakeSlice(reflect.SliceOf(c.Type), len(rows), len(rows))
		for k := range rows {
			column.Index(k).Set(values.Index(k).FieldByIndex(c.Index))
		}
		if err := b.Column(i).Append(column.Interface()); err != nil {
			return fmt.Errorf("write %s: column %s: %w", table, c.Tag.Get("ch"), err)
		}
	}
	if err := b.Send(); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// rowColumns are the columns of a row type, those of embedded parts included.
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
			c.fields = append(c.fields, f)
		}
	}
	c.names = strings.Join(names, ", ")
	columnCache.Store(t, c)
	return c
}
