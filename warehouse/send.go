package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"golang.org/x/sync/errgroup"
)

// send writes a batch: what it is going to write, the facts, several tables at
// a time, and what makes them count last. After an error some of it may be
// there, and counts for nothing.
func (w *Warehouse) send(ctx context.Context, b *batch) error {
	if len(b.current) > 0 {
		if err := w.begin(ctx, b.current); err != nil {
			return err
		}
	}
	if err := w.sendFacts(ctx, b); err != nil {
		return err
	}
	if err := insert(ctx, w, "current", b.current); err != nil {
		return err
	}
	return insert(ctx, w, "unsettled", unsettled(b.current, true, 0))
}

func (w *Warehouse) sendFacts(ctx context.Context, b *batch) error {
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
	return g.Wait()
}

// insert writes rows column by column.
func insert[T any](ctx context.Context, w *Warehouse, table string, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	types, err := w.columnTypes(ctx, table)
	if err != nil {
		return err
	}
	columns := columnsOf(reflect.TypeFor[T]())
	input := make(proto.Input, 0, len(columns.fields))
	for _, f := range columns.fields {
		name := f.Tag.Get("ch")
		kind, ok := types[name]
		if !ok {
			w.types.Delete(table)
			return fmt.Errorf("write %s: the table has no column %s: start an Earshot of this version, which adds it", table, name)
		}
		encode := encoderFor(f.Type, kind)
		if encode == nil {
			return fmt.Errorf("write %s: no way to write %s to the column %s, which is %s", table, f.Type, name, kind)
		}
		input = append(input, proto.InputColumn{Name: name, Data: column{kind, fieldOf(rows, f.Offset), encode}})
	}
	err = w.inserts.do(ctx, ch.Query{Body: fmt.Sprintf("INSERT INTO %s.%s (%s) VALUES", w.raw(), table, columns.names), Input: input})
	runtime.KeepAlive(rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// columnTypes returns the types of a table's columns. They are asked for once.
func (w *Warehouse) columnTypes(ctx context.Context, table string) (map[string]string, error) {
	if known, ok := w.types.Load(table); ok {
		return known.(map[string]string), nil
	}
	rows, err := w.conn.Query(ctx, "SELECT name, type FROM system.columns WHERE database = {database:String} AND table = {table:String}",
		Param("database", w.raw()), Param("table", table))
	if err != nil {
		return nil, fmt.Errorf("write %s: look at its columns: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	types := map[string]string{}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, fmt.Errorf("write %s: look at its columns: %w", table, err)
		}
		types[name] = kind
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("write %s: look at its columns: %w", table, err)
	}
	if len(types) > 0 {
		w.types.Store(table, types)
	}
	return types, nil
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
