package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/shopspring/decimal"

	"earshot/models"
)

// maxRows bounds the memory that an answer takes.
const maxRows = 1_000_000

// Query runs a query that reads, and returns its whole result. Names without
// a database are those of our views. Values come from args, made by Param, for
// parameters such as {from:DateTime}, or from plain values for each ? in turn.
// A query the store refuses gives an error that wraps models.ErrBadInput.
//
// The query may do what the Warehouse's user may: open the Warehouse as the
// analyst for queries that people write.
func (w *Warehouse) Query(ctx context.Context, query string, args ...any) (models.Table, error) {
	rows, err := w.reader.Query(ctx, query, args...)
	if err != nil {
		return models.Table{}, queryError(err)
	}
	defer func() { _ = rows.Close() }()
	var t models.Table
	types := rows.ColumnTypes()
	for _, c := range types {
		t.Columns = append(t.Columns, models.Column{Name: c.Name(), Type: c.DatabaseTypeName()})
	}
	t.Rows = [][]any{}
	for rows.Next() {
		if len(t.Rows) == maxRows {
			return models.Table{}, models.BadInput("the answer has more than %d rows: add a LIMIT, or use a ClickHouse client", maxRows)
		}
		into := make([]any, len(types))
		for i, c := range types {
			into[i] = reflect.New(c.ScanType()).Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return models.Table{}, fmt.Errorf("read the answer: %w", err)
		}
		row := make([]any, len(into))
		for i, v := range into {
			row[i] = cell(reflect.ValueOf(v).Elem())
		}
		t.Rows = append(t.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return models.Table{}, queryError(err)
	}
	return t, nil
}

// Param gives a value to the parameter {name:Type} of a query. Values are
// never part of the query's text.
func Param(name string, value any) any { return clickhouse.Named(name, value) }

// queryError tells queries that are wrong from a store that is away.
func queryError(err error) error {
	var e *clickhouse.Exception
	if !errors.As(err, &e) {
		return fmt.Errorf("ask the store: %w", err)
	}
	if transient(e.Code) {
		return fmt.Errorf("ask the store: %w", err)
	}
	if e.Code == 81 { // UNKNOWN_DATABASE
		return models.BadInput("the store has no tables yet: `earshot serve` of this version makes them")
	}
	return models.BadInput("the store refuses the query: %s (code %d)", message(e), e.Code)
}

// message is the exception's text without what follows it: where in the
// server's code it came from.
func message(e *clickhouse.Exception) string {
	text, _, _ := strings.Cut(e.Message, "Stack trace")
	return strings.TrimSpace(text)
}

// transient tells exceptions that are about the state of the server.
func transient(code int32) bool {
	switch code {
	case 159, // TIMEOUT_EXCEEDED
		202, // TOO_MANY_SIMULTANEOUS_QUERIES
		209, // SOCKET_TIMEOUT
		210, // NETWORK_ERROR
		241, // MEMORY_LIMIT_EXCEEDED
		243, // NOT_ENOUGH_SPACE
		252, // TOO_MANY_PARTS
		394, // QUERY_WAS_CANCELLED
		439, // CANNOT_SCHEDULE_TASK
		999: // KEEPER_EXCEPTION
		return true
	}
	return false
}

// cell turns what the client made of a value into what a Table may hold.
func cell(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch x := v.Interface().(type) {
	case nil:
		return nil
	case time.Time:
		return x
	case *time.Time: // before Stringer, which it is too
		if x == nil {
			return nil
		}
		return *x
	case decimal.Decimal:
		return x.InexactFloat64()
	case *big.Int:
		return x.String()
	case big.Int:
		return x.String()
	case fmt.Stringer: // UUID, IP addresses, time spans
		if v.Kind() != reflect.Pointer || !v.IsNil() {
			return x.String()
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return cell(v.Elem())
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.String:
		return v.String()
	case reflect.Slice, reflect.Array:
		return cells(v)
	default: // maps, tuples
		b, err := json.Marshal(v.Interface())
		if err != nil {
			return fmt.Sprint(v.Interface())
		}
		return string(b)
	}
}

// cells returns a list of one type where its elements have one, and otherwise
// each as text.
func cells(v reflect.Value) any {
	switch v.Type().Elem().Kind() {
	case reflect.String:
		return listOf(v, reflect.Value.String)
	case reflect.Bool:
		return listOf(v, reflect.Value.Bool)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return listOf(v, reflect.Value.Int)
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint8:
		return listOf(v, reflect.Value.Uint)
	case reflect.Float32, reflect.Float64:
		return listOf(v, reflect.Value.Float)
	}
	if v.Type().Elem() == reflect.TypeFor[time.Time]() {
		return listOf(v, func(e reflect.Value) time.Time { return e.Interface().(time.Time) })
	}
	return listOf(v, func(e reflect.Value) string { return fmt.Sprint(cell(e)) })
}

func listOf[T any](v reflect.Value, get func(reflect.Value) T) []T {
	all := make([]T, v.Len())
	for i := range all {
		all[i] = get(v.Index(i))
	}
	return all
}
