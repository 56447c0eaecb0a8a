package warehouse_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

// The expected rows of the reports' own tests over may.jsonl were worked out
// by another program from the same file, never copied from a query's answer.
func TestReportsOverTheFixture(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := ownEngine(t)
	fixture(t, open(t, e.Endpoint()), e.Endpoint())
	w := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	reports, err := warehouse.Reports()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, r := range reports {
		if names[r.Name] {
			t.Errorf("two reports are called %s", r.Name)
		}
		names[r.Name] = true
		t.Run(r.Name, func(t *testing.T) {
			checkReport(t, r)
			for _, by := range append([]string{""}, r.By...) {
				got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{By: by, From: date(t, "2026-05-04"), To: date(t, "2026-06-01")})
				if err != nil {
					t.Fatal(by, err)
				}
				checkChart(t, r, by, got)
				checkOrder(t, r, by, got)
			}
			checkRows(t, w, r)
		})
	}
	t.Run("answers", func(t *testing.T) { checkAnswers(t, w, reports) })
}

// checkRows asks a store that holds the fixture what the report's tests expect.
func checkRows(t *testing.T, w *warehouse.Warehouse, r warehouse.Report) {
	t.Helper()
	for _, test := range r.Tests {
		got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{
			By: test.By, From: date(t, test.From), To: date(t, test.To), Where: test.Where, Values: test.Values, Limit: test.Limit,
		})
		if err != nil {
			t.Fatal(err)
		}
		if rows := lines(only(got, test.Only)); !slices.Equal(rows, test.Rows) {
			t.Errorf("%s by %q from %s to %s: got\n%s\nwant\n%s", r.Name, test.By, test.From, test.To, strings.Join(rows, "\n"), strings.Join(test.Rows, "\n"))
		}
	}
}

// A filter must work in every query that takes one.
func TestReportsFiltered(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	reports, err := warehouse.Reports()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if !r.Filterable() {
			continue
		}
		where := map[string]string{"channel": "phone", "queue": "售后", "team": "'; DROP TABLE interactions; --", "agent": "王芳"}
		if got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{Where: where}); err != nil || len(got.Rows) > 1 {
			t.Errorf("%s: %v %v", r.Name, got.Rows, err)
		}
	}
}

func checkReport(t *testing.T, r warehouse.Report) {
	t.Helper()
	if r.Question == "" || r.QuestionZH == "" || !slices.Contains(models.ChartKinds(), r.Chart.Kind) || (r.Note == "") != (r.NoteZH == "") {
		t.Errorf("question, question_zh, note_zh or chart is missing: %+v", r)
	}
	if !strings.HasSuffix(r.Question, "?") || !strings.HasSuffix(strings.TrimSuffix(r.QuestionZH, "）"), "？") && !strings.HasSuffix(r.QuestionZH, "。") && !strings.HasSuffix(r.QuestionZH, "）") {
		t.Errorf("%q, %q: want a question", r.Question, r.QuestionZH)
	}
	for _, p := range r.Parameters {
		if p.Doc == "" || p.DocZH == "" || p.Default < p.Least || p.Default > p.Most || !strings.Contains(r.SQL, "{"+p.Name+":UInt") {
			t.Errorf("parameter %+v: no words for it, a default out of range, or not used", p)
		}
	}
	if len(r.Tests) == 0 {
		t.Error("no tests")
	}
}

// checkChart looks whether the chart shows columns that the report has.
func checkChart(t *testing.T, r warehouse.Report, by string, got models.Table) {
	t.Helper()
	c := r.Grouped(by)
	if c.Kind == "table" {
		return
	}
	for _, want := range append(append([]string{c.X}, c.Y...), strings.Fields(c.Value)...) {
		if !slices.ContainsFunc(got.Columns, func(c models.Column) bool { return c.Name == want }) {
			t.Errorf("the chart shows %s, but the columns are %v", want, got.Columns)
		}
	}
}

// checkOrder looks whether what is grouped by time comes in its order.
func checkOrder(t *testing.T, r warehouse.Report, by string, got models.Table) {
	t.Helper()
	if by != "day" && by != "week" && by != "month" {
		return
	}
	c := got.Column(by)
	if !slices.IsSortedFunc(got.Rows, func(a, b []any) int { return a[c].(time.Time).Compare(b[c].(time.Time)) }) {
		t.Errorf("%s by %s is not in the order of time: %v", r.Name, by, lines(got))
	}
}

func date(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// only returns the table with the columns named; with all if none are.
func only(t models.Table, names []string) models.Table {
	if len(names) == 0 {
		return t
	}
	some := models.Table{Columns: t.Columns}
	for _, row := range t.Rows {
		var cells []any
		for _, name := range names {
			cells = append(cells, row[slices.IndexFunc(t.Columns, func(c models.Column) bool { return c.Name == name })])
		}
		some.Rows = append(some.Rows, cells)
	}
	return some
}

// lines writes a table as reports' tests do.
func lines(t models.Table) []string {
	all := []string{}
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row {
			s := fmt.Sprint(c)
			if at, ok := c.(time.Time); ok {
				s = strings.TrimSuffix(at.UTC().Format("2006-01-02 15:04"), " 00:00")
			}
			cells = append(cells, s)
		}
		all = append(all, strings.Join(cells, " | "))
	}
	return all
}

func TestReportErrors(t *testing.T) {
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for want, ask := range map[string]struct {
		name    string
		options warehouse.ReportOptions
	}{
		"did you mean scores":               {"score", warehouse.ReportOptions{}},
		"did you mean coverage":             {"coverge", warehouse.ReportOptions{}},
		"no report \"\"":                    {"", warehouse.ReportOptions{}},
		"cannot group by":                   {"scores", warehouse.ReportOptions{By: "interaction_id); DROP TABLE x; --"}},
		"cannot be grouped":                 {"coverage", warehouse.ReportOptions{By: "agent"}},
		"is not before":                     {"coverage", warehouse.ReportOptions{From: day, To: day}},
		"limit":                             {"words", warehouse.ReportOptions{Limit: -1}},
		"cannot filter by":                  {"words", warehouse.ReportOptions{Where: map[string]string{"1=1 OR agent": "x"}}},
		"cannot be filtered":                {"coverage", warehouse.ReportOptions{Where: map[string]string{"agent": "x"}}},
		"has no parameter":                  {"words", warehouse.ReportOptions{Values: map[string]int{"days": 3}}},
		"days 0: want 1 to 90":              {"repeat-contacts", warehouse.ReportOptions{Values: map[string]int{"days": 0}}},
		"longer than 4096 bytes":            {"words", warehouse.ReportOptions{Where: map[string]string{"agent": strings.Repeat("x", 5000)}}},
		"it has days":                       {"repeat-contacts", warehouse.ReportOptions{Values: map[string]int{"weeks": 1}}},
		"limit 1000000: want 1 to 100000":   {"words", warehouse.ReportOptions{Limit: 1_000_000}},
		"from 2026-01-02 00:00:00 is not b": {"words", warehouse.ReportOptions{From: day, To: day.AddDate(-1, 0, 0)}},
	} {
		_, err := w.Report(t.Context(), ask.name, ask.options)
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ErrBadInput with %q", err, want)
		}
	}
}

// Ten years, and all of time, are ranges like others.
func TestReportLongRanges(t *testing.T) {
	e := sharedEngine(t)
	open(t, e)
	w := connect(t, e, e.Analyst)
	for _, from := range []time.Time{{}, time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)} {
		for _, name := range []string{"volume", "causes", "repeat-contacts", "first-contact-resolution"} {
			if _, err := w.Report(t.Context(), name, warehouse.ReportOptions{From: from, To: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
				t.Errorf("%s from %s: %v", name, from, err)
			}
		}
	}
}
