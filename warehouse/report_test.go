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

func TestReportsOverTheFixture(t *testing.T) {
	e := ownEngine(t)
	fixture(t, e.Endpoint())
	w := connect(t, e.Endpoint(), e.Endpoint().Analyst)
	reports, err := warehouse.Reports()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		t.Run(r.Name, func(t *testing.T) {
			if r.Question == "" || r.QuestionZH == "" || r.Chart.Kind == "" || !slices.Contains([]string{"table", "bar", "stacked-bar", "line"}, r.Chart.Kind) {
				t.Errorf("question, question_zh or chart is missing: %+v", r)
			}
			if len(r.Tests) == 0 {
				t.Error("no tests")
			}
			for _, by := range append([]string{""}, r.By...) {
				got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{By: by})
				if err != nil {
					t.Fatal(by, err)
				}
				checkChart(t, r, by, got)
			}
			for _, test := range r.Tests {
				got, err := w.Report(t.Context(), r.Name, warehouse.ReportOptions{By: test.By, From: date(t, test.From), To: date(t, test.To)})
				if err != nil {
					t.Fatal(err)
				}
				if rows := lines(got); !slices.Equal(rows, test.Rows) {
					t.Errorf("by %q from %s to %s: got\n%s\nwant\n%s", test.By, test.From, test.To, strings.Join(rows, "\n"), strings.Join(test.Rows, "\n"))
				}
			}
		})
	}
}

// checkChart looks whether the chart shows columns that the report has.
func checkChart(t *testing.T, r warehouse.Report, by string, got models.Table) {
	t.Helper()
	if r.Chart.Kind == "table" {
		return
	}
	if by == "" && len(r.By) > 0 {
		by = r.By[0]
	}
	for _, want := range append([]string{r.Chart.X}, r.Chart.Y...) {
		if want == "$by" {
			want = by
		}
		if !slices.ContainsFunc(got.Columns, func(c models.Column) bool { return c.Name == want }) {
			t.Errorf("the chart shows %s, but the columns are %v", want, got.Columns)
		}
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
		"there are asr-confidence": {"nonsense", warehouse.ReportOptions{}},
		"cannot group by":          {"scores", warehouse.ReportOptions{By: "interaction_id); DROP TABLE x; --"}},
		"cannot be grouped":        {"coverage", warehouse.ReportOptions{By: "agent"}},
		"is not before":            {"coverage", warehouse.ReportOptions{From: day, To: day}},
		"limit":                    {"words", warehouse.ReportOptions{Limit: -1}},
	} {
		_, err := w.Report(t.Context(), ask.name, ask.options)
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want ErrBadInput with %q", err, want)
		}
	}
}
