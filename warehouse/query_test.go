package warehouse_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

func TestQueryTypes(t *testing.T) {
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	for expression, want := range map[string]any{
		"toUInt8(1)":                      uint64(1),
		"toInt64(-1)":                     int64(-1),
		"1.5":                             1.5,
		"toFloat32(0.5)":                  0.5,
		"'客户'":                            "客户",
		"true":                            true,
		"NULL":                            nil,
		"CAST(NULL, 'Nullable(Float64)')": nil,
		"CAST(2, 'Nullable(Int32)')":      int64(2),
		"toDecimal64('1.25', 2)":          1.25,
		"toLowCardinality('x')":           "x",
		"toDateTime64('2026-01-02 03:04:05.678', 3, 'UTC')": time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC),
		"toDate('2026-01-02')":                              time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		"['a', 'b']":                                        []string{"a", "b"},
		"[toUInt8(1), 2]":                                   []uint64{1, 2},
		"[[1], [2, 3]]":                                     []string{"[1]", "[2 3]"},
		"[1, NULL]":                                         []string{"1", "<nil>"},
		"CAST([], 'Array(Float64)')":                        []float64{},
		"map('k', 'v')":                                     `{"k":"v"}`,
		"toUUID('123e4567-e89b-12d3-a456-426614174000')": "123e4567-e89b-12d3-a456-426614174000",
		"toIPv4('127.0.0.1')":                            "127.0.0.1",
		"toInt128(-5)":                                   "-5",
		"CAST('a', 'Enum8(\\'a\\' = 1)')":                "a",
	} {
		got, err := w.Query(t.Context(), "SELECT "+expression+" AS x")
		if err != nil {
			t.Error(expression, err)
			continue
		}
		if len(got.Rows) != 1 || got.Columns[0].Name != "x" || got.Columns[0].Type == "" || !reflect.DeepEqual(got.Rows[0][0], want) {
			t.Errorf("%s: got %#v, want %#v", expression, got, want)
		}
	}
}

func TestQueryParameters(t *testing.T) {
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	for _, nasty := range []string{"'; DROP TABLE x; --", "\\' OR 1=1", "a\tb\nc", "{x:String}", "客户", ""} {
		got, err := w.Query(t.Context(), "SELECT {a:String} AS a, length({list:Array(String)}) AS n", warehouse.Param("a", nasty), warehouse.Param("list", []string{nasty, nasty}))
		if err != nil || got.Rows[0][0] != nasty || got.Rows[0][1] != uint64(2) {
			t.Errorf("%q: got %v, %v", nasty, got.Rows, err)
		}
		got, err = w.Query(t.Context(), "SELECT ? AS a", nasty)
		if err != nil || got.Rows[0][0] != nasty {
			t.Errorf("%q for ?: got %v, %v", nasty, got.Rows, err)
		}
	}
}

func TestQueryErrors(t *testing.T) {
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	for query, want := range map[string]string{
		"SELEC 1":                               "Syntax error",
		"SELECT nothing FROM turns":             "nothing",
		"SELECT 1 FROM nowhere":                 "nowhere",
		"SELECT throwIf(1, 'broken')":           "broken",
		"DROP VIEW turns":                       "privileges",
		"SELECT count() FROM earshot_raw.turns": "privileges",
		"SELECT number FROM numbers(1000001)":   "LIMIT",
		"INSERT INTO turns (text) VALUES ('a')": "privileges",
	} {
		_, err := w.Query(t.Context(), query)
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want ErrBadInput with %q", query, err, want)
		}
	}
	got, err := w.Query(t.Context(), "SELECT 1 AS a WHERE 0")
	if err != nil || got.Rows == nil || len(got.Rows) != 0 || len(got.Columns) != 1 {
		t.Errorf("an empty answer: got %#v, %v", got, err)
	}
}
