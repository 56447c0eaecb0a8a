package warehouse_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The macros of Grafana's ClickHouse plugin, as far as the dashboard uses them.
// https://github.com/grafana/clickhouse-datasource#macros
var macros = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`\$__timeFilter\((\w+)\)`), "$1 >= toDateTime(1700000000) AND $1 <= toDateTime(1900000000)"},
	{regexp.MustCompile(`\$__timeInterval\((\w+)\)`), "toStartOfInterval(toDateTime($1), INTERVAL 3600 second)"},
	{regexp.MustCompile(`\$\{(\w+):singlequote\}`), "'phone','web_chat','refunds',''"},
}

// TestGrafana runs every query of the dashboard as the analyst.
func TestGrafana(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := sharedEngine(t)
	open(t, e)
	reader := connect(t, e, e.Analyst)
	b, err := os.ReadFile("../deploy/grafana/dashboards/earshot.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Templating struct{ List []struct{ Query string } }
		Panels     []struct {
			Title   string
			Targets []struct{ RawSQL string }
		}
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{}
	for _, v := range board.Templating.List {
		queries["variable "+v.Query] = v.Query
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			queries[p.Title] = target.RawSQL
		}
	}
	if len(queries) < 10 {
		t.Errorf("only %d queries", len(queries))
	}
	for name, q := range queries {
		for _, m := range macros {
			q = m.find.ReplaceAllString(q, m.put)
		}
		if strings.Contains(q, "$") {
			t.Errorf("%s: unknown macro in %s", name, q)
		}
		if _, err := reader.Query(t.Context(), q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSuperset reads every column and computes every metric of the data sets as the analyst.
func TestSuperset(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine asks SQL")
	}
	e := sharedEngine(t)
	open(t, e)
	reader := connect(t, e, e.Analyst)
	files, err := filepath.Glob("../deploy/superset/datasets/Earshot/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var set struct {
			Table   string `yaml:"table_name"`
			Time    string `yaml:"main_dttm_col"`
			Columns []struct {
				Name string `yaml:"column_name"`
			} `yaml:"columns"`
			Metrics []struct {
				Name       string `yaml:"metric_name"`
				Expression string `yaml:"expression"`
			} `yaml:"metrics"`
		}
		if err := yaml.Unmarshal(b, &set); err != nil {
			t.Fatal(file, err)
		}
		var names []string
		for _, c := range set.Columns {
			names = append(names, c.Name)
		}
		if len(names) < 5 {
			t.Errorf("%s: only the columns %q", file, names)
		} else if _, err := reader.Query(t.Context(), "SELECT "+strings.Join(names, ", ")+" FROM "+set.Table+" LIMIT 1"); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, m := range set.Metrics {
			if _, err := reader.Query(t.Context(), "SELECT toDate("+set.Time+") AS day, "+m.Expression+" AS "+m.Name+" FROM "+set.Table+" GROUP BY day"); err != nil {
				t.Errorf("%s: %s: %v", file, m.Name, err)
			}
		}
	}
}
