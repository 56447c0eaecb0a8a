package warehouse

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"earshot/models"
)

//go:embed reports/*.yaml
var reportFiles embed.FS

// Report is a question that the store can answer. It is data only: a file in
// the folder reports.
type Report struct {
	Name       string   `yaml:"name"`
	Question   string   `yaml:"question"`
	QuestionZH string   `yaml:"question_zh"`
	Chart      Chart    `yaml:"chart"`
	By         []string `yaml:"by"` // columns it can group by, the default first; empty: it groups by none
	SQL        string   `yaml:"sql"`

	Tests []ReportTest `yaml:"tests"`
}

// Chart says how a report is best drawn. In X, $by stands for the column that
// the report is grouped by.
type Chart struct {
	Kind string   `yaml:"kind"` // table, bar, stacked-bar or line
	X    string   `yaml:"x"`
	Y    []string `yaml:"y"`
}

// ReportTest gives the rows that a report must have over the fixture.
type ReportTest struct {
	By   string   `yaml:"by"`
	From string   `yaml:"from"` // a date
	To   string   `yaml:"to"`
	Rows []string `yaml:"rows"` // cells separated by " | "
}

// ReportOptions are what the person who asks may choose.
type ReportOptions struct {
	From, To time.Time // of the conversations; From counts in, To does not; zero: no bound
	By       string    // one of Report.By; empty: the first
	Limit    int       // most rows, where a report has no natural end; 0: 100
}

// Reports returns all reports in the order of their names.
var Reports = sync.OnceValues(func() ([]Report, error) {
	names, err := fs.Glob(reportFiles, "reports/*.yaml")
	if err != nil {
		return nil, err
	}
	all := make([]Report, 0, len(names))
	for _, name := range names {
		b, err := reportFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var r Report
		if err := yaml.UnmarshalWithOptions(b, &r, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("report %s: %w", name, err)
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Report) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
})

// Report answers the named report's question. An unknown name or grouping, or
// a range that ends before it begins, wraps models.ErrBadInput.
func (w *Warehouse) Report(ctx context.Context, name string, options ReportOptions) (models.Table, error) {
	all, err := Reports()
	if err != nil {
		return models.Table{}, err
	}
	i := slices.IndexFunc(all, func(r Report) bool { return r.Name == name })
	if i < 0 {
		names := make([]string, len(all))
		for i, r := range all {
			names[i] = r.Name
		}
		return models.Table{}, models.BadInput("no report %q: there are %s", name, strings.Join(names, ", "))
	}
	args, err := all[i].args(options)
	if err != nil {
		return models.Table{}, err
	}
	t, err := w.Query(ctx, all[i].SQL, args...)
	if err != nil {
		return models.Table{}, fmt.Errorf("report %s: %w", name, err)
	}
	t.Name = name
	return t, nil
}

// The bounds where none are asked for: all that the store can hold.
var noFrom, noTo = firstTime, lastTime

const defaultLimit = 100

func (r Report) args(o ReportOptions) ([]any, error) {
	if o.From.IsZero() {
		o.From = noFrom
	}
	if o.To.IsZero() {
		o.To = noTo
	}
	if !o.From.Before(o.To) {
		return nil, models.BadInput("report %s: from %s is not before to %s", r.Name, o.From.Format(time.DateTime), o.To.Format(time.DateTime))
	}
	if o.Limit < 0 {
		return nil, models.BadInput("report %s: limit %d: want 0 or more", r.Name, o.Limit)
	}
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	switch {
	case len(r.By) == 0 && o.By != "":
		return nil, models.BadInput("report %s cannot be grouped", r.Name)
	case len(r.By) > 0 && o.By == "":
		o.By = r.By[0]
	case len(r.By) > 0 && !slices.Contains(r.By, o.By):
		return nil, models.BadInput("report %s: cannot group by %q: want one of %s", r.Name, o.By, strings.Join(r.By, ", "))
	}
	const milliseconds = "2006-01-02 15:04:05.000"
	return []any{
		Param("from", storable(o.From).Format(milliseconds)), Param("to", storable(o.To).Format(milliseconds)),
		Param("by", o.By), Param("limit", o.Limit),
	}, nil
}
