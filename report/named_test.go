package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"earshot/models"
)

func typed(pairs ...string) []models.Column {
	var all []models.Column
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, models.Column{Name: pairs[i], Type: pairs[i+1]})
	}
	return all
}

func TestNamed(t *testing.T) {
	names := Names{"rule": {"late": "答复太慢", "rude": "态度粗鲁", "a": "同名", "b": "同名"}, "question": {"greeting": "问候客户"}}
	table := models.Table{Columns: typed("rule", "String", "name", "String", "hits", "UInt64"), Rows: [][]any{
		{"late", "Slow answer", uint64(3)}, {"gone", "Of a rule that is no more", uint64(2)}, {"a", "A", uint64(1)}, {"b", "B", uint64(1)},
	}}
	got := Named(table, names)
	if s := fmt.Sprint(got.Rows); s != "[[答复太慢 3] [Of a rule that is no more 2] [A 1] [B 1]]" || len(got.Columns) != 2 {
		t.Errorf("got %v %s", got.Columns, s)
	}
	if fmt.Sprint(table.Rows[0]) != "[late Slow answer 3]" {
		t.Errorf("the table itself became %v", table.Rows)
	}
	flagged := models.Table{Columns: typed("flag", "String", "rule", "String", "name", "String"), Rows: [][]any{{"happened", "late", "x"}, {"not_done", "late", "Answers in time"}}}
	if s := fmt.Sprint(Named(flagged, names).Rows); s != "[[happened 答复太慢] [not_done Answers in time]]" {
		t.Errorf("flagged: %s", s)
	}
	unsure := models.Table{Columns: typed("unsure_questions", "Array(String)"), Rows: [][]any{{[]string{"greeting", "else"}}}}
	if s := fmt.Sprint(Named(unsure, names).Rows); s != "[[[问候客户 else]]]" {
		t.Errorf("a list: %s", s)
	}
	if got := Named(table, nil); len(got.Columns) != 3 {
		t.Errorf("without names: %v", got)
	}
}

func TestFilled(t *testing.T) {
	table := models.Table{Columns: typed("a", "String", "b", "String", "c", "Array(String)", "d", "UInt64"), Rows: [][]any{{"", "x", []string{}, uint64(0)}, {nil, "", []string{}, uint64(0)}}}
	if got := Filled(table); len(got.Columns) != 2 || got.Columns[0].Name != "b" || got.Columns[1].Name != "d" || len(got.Rows[1]) != 2 {
		t.Errorf("got %v", got)
	}
	if got := Filled(models.Table{Columns: table.Columns}); len(got.Columns) != 4 {
		t.Errorf("of no rows: %v", got)
	}
}

func TestTextTable(t *testing.T) {
	var b bytes.Buffer
	long := strings.Repeat("word ", 11) + "unbreakable " + strings.Repeat("客户说", 30)
	Text(&b, models.Table{Columns: typed("day", "Date", "at", "DateTime64(3)", "score", "Float64", "says", "String"), Rows: [][]any{
		{monday, monday, 22.0, long}, {monday, monday, 7.25, ""}, {nil, nil, nil, ""},
	}}, "")
	got := b.String()
	for _, want := range []string{"│ 2026-03-09 │ 2026-03-09 00:00:00 │ 22.00 │", "│  7.25 │", "unbreakable", "3 rows"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, line := range strings.Split(got, "\n") {
		if strings.HasSuffix(strings.TrimRight(line, " │"), "wo") {
			t.Errorf("a word is broken:\n%s", got)
		}
	}
}

func TestCharted(t *testing.T) {
	p := Page{Language: "en", Chart: models.Chart{Kind: "bar", X: "question", Y: []string{"passed_percent"}}, Table: models.Table{
		Columns: typed("scorecard", "String", "question", "String", "passed_percent", "Nullable(Float64)"),
		Rows:    [][]any{{"sales", "greeting", 5.0}, {"sales", "terms", nil}, {"service", "greeting", 7.0}},
	}}
	s, ok := p.series()
	if !ok || fmt.Sprint(s.names) != "[sales · greeting service · greeting]" || fmt.Sprint(s.y) != "[[5 7]]" {
		t.Errorf("got %v %v %v", ok, s.names, s.y)
	}
	var days [][]any
	for i := range 500 {
		days = append(days, []any{monday.AddDate(0, 0, i), uint64(i)})
	}
	p = Page{Language: "en", Chart: models.Chart{Kind: "line", X: "day", Y: []string{"n"}}, Table: models.Table{Columns: typed("day", "Date", "n", "UInt64"), Rows: days}}
	if rows, left := p.Drawn(); left != 100 || len(rows) != 400 || rows[0] != 100 {
		t.Errorf("of 500 days %d are left out, from %d on are drawn", left, rows[0])
	}
}
