package warehouse

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"earshot/models"
)

//go:embed reports/*/*.yaml
var reportFiles embed.FS

// Report is a question that the store can answer. It is data only: a file in
// a folder of reports, which is its subject.
type Report struct {
	Subject    string            `yaml:"-"`
	Name       string            `yaml:"name"`
	Question   string            `yaml:"question"`
	QuestionZH string            `yaml:"question_zh"`
	Note       string            `yaml:"note"` // what a reader should know to read it rightly
	NoteZH     string            `yaml:"note_zh"`
	Advice     string            `yaml:"advice"` // what a row comes to, with {column} for its cells; a column of its own
	AdviceZH   string            `yaml:"advice_zh"`
	Chart      models.Chart      `yaml:"chart"` // $by stands for the column that the report is grouped by
	By         []string          `yaml:"by"`    // what it can group by, the default first; empty: nothing
	Parameters []ReportParameter `yaml:"parameters"`
	SQL        string            `yaml:"sql"` // with the fragments of report_sql.go

	Tests []ReportTest `yaml:"tests"`
}

// ReportParameter is a number that the person who asks may choose.
type ReportParameter struct {
	Name    string `yaml:"name"`
	Doc     string `yaml:"doc"`
	DocZH   string `yaml:"doc_zh"`
	Default int    `yaml:"default"`
	Least   int    `yaml:"least"`
	Most    int    `yaml:"most"`
}

// ReportTest gives the rows that a report must have over the fixture.
type ReportTest struct {
	By     string            `yaml:"by"`
	From   string            `yaml:"from"` // a date
	To     string            `yaml:"to"`
	Where  map[string]string `yaml:"where"`
	Values map[string]int    `yaml:"values"`
	Limit  int               `yaml:"limit"`
	Only   []string          `yaml:"only"` // compare these columns; empty: all
	Rows   []string          `yaml:"rows"` // cells separated by " | "
}

// ReportOptions are what the person who asks may choose.
type ReportOptions struct {
	From, To time.Time         // of the conversations; From counts in, To does not; zero: no bound
	By       string            // one of Report.By; empty: the first
	Where    map[string]string // only conversations of this channel, queue, team or agent
	Values   map[string]int    // of Report.Parameters, by name; missing: its default
	Limit    int               // most rows, where a report has no natural end; 0: 100, and 5000 where it is grouped by a time
	Zone     *time.Location    // in which days of the log begin; nil: UTC
}

// Reports returns all reports, subject by subject in the order of their names.
var Reports = sync.OnceValues(func() ([]Report, error) {
	names, err := fs.Glob(reportFiles, "reports/*/*.yaml")
	if err != nil {
		return nil, err
	}
	all := make([]Report, 0, len(names))
	for _, name := range names {
		b, err := reportFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		r := Report{Subject: path.Base(path.Dir(name))}
		if err := yaml.UnmarshalWithOptions(b, &r, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("report %s: %w", name, err)
		}
		if want := r.Name + ".yaml"; path.Base(name) != want {
			return nil, fmt.Errorf("report %s: its name is %s", name, r.Name)
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b Report) int { return strings.Compare(a.Subject, b.Subject) })
	return all, nil
})

// FindReport returns the report of a name. An unknown one wraps
// models.ErrBadInput and names those most like it.
func FindReport(name string) (Report, error) {
	all, err := Reports()
	if err != nil {
		return Report{}, err
	}
	i := slices.IndexFunc(all, func(r Report) bool { return r.Name == name })
	if i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name
	}
	return Report{}, models.BadInput("no report %q: did you mean %s? 'earshot report' lists all %d", name, strings.Join(nearest(name, names, 3), ", "), len(all))
}

// Report answers the named report's question. An unknown name, grouping,
// filter or parameter, or a range that ends before it begins, wraps
// models.ErrBadInput.
func (w *Warehouse) Report(ctx context.Context, name string, options ReportOptions) (models.Table, error) {
	r, err := FindReport(name)
	if err != nil {
		return models.Table{}, err
	}
	query, args, err := r.query(options)
	if err != nil {
		return models.Table{}, err
	}
	t, err := w.Query(ctx, query, args...)
	if err != nil {
		return models.Table{}, fmt.Errorf("report %s: %w", name, err)
	}
	t.Name = name
	if most := r.most(options); strings.Contains(r.SQL, limitParameter) && len(t.Rows) > most {
		t.Rows, t.More = t.Rows[:most], true
	}
	r.inTime(options, t)
	return t, nil
}

// inTime brings the rows of a report that is grouped by a time into the order
// of time, whatever it ranks other groupings by.
func (r Report) inTime(o ReportOptions, t models.Table) {
	by := r.groupedByDefault(o.By)
	c := t.Column(by)
	if dimensions[by] == "" || c < 0 {
		return
	}
	slices.SortStableFunc(t.Rows, func(a, b []any) int {
		at, isTime := a[c].(time.Time)
		bt, _ := b[c].(time.Time)
		if isTime {
			return at.Compare(bt)
		}
		an, _ := a[c].(uint64)
		bn, _ := b[c].(uint64)
		return cmp.Compare(an, bn)
	})
}

// Grouped returns the chart with the column that the report is grouped by in
// the place of $by; by as in ReportOptions.
func (r Report) Grouped(by string) models.Chart {
	by = r.groupedByDefault(by)
	c := r.Chart
	c.X = strings.ReplaceAll(c.X, "$by", by)
	c.Y = slices.Clone(c.Y)
	for i := range c.Y {
		c.Y[i] = strings.ReplaceAll(c.Y[i], "$by", by)
	}
	return c
}
