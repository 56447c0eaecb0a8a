package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/config"
	"earshot/report"
	"earshot/report/paper"
	"earshot/warehouse"
)

var updateReports = flag.Bool("update-reports", false, "write docs/reference/reports.md")

//go:generate go test -run TestReportReference -update-reports .

// Every column of every report has a title in both languages, and the
// reference in docs lists what there is.
func TestReportReference(t *testing.T) {
	if testing.Short() {
		t.Skip("one command after the other")
	}
	all, err := warehouse.Reports()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Errorf("%d reports, want 100 or more", len(all))
	}
	s := newService(t)
	s.start()
	store := s.analyst()
	var b strings.Builder
	fmt.Fprintf(&b, "# Reports\n\nWritten by `go generate ./cmd/earshot`; do not edit.\n\n%d reports, by subject. `earshot report NAME` answers one; [the guide](../reports.md) says how to choose\nrange, grouping, filters and format.\n", len(all))
	subject := ""
	for _, r := range all {
		got, err := store.Report(t.Context(), r.Name, warehouse.ReportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Subject != subject {
			subject = r.Subject
			fmt.Fprintf(&b, "\n## %s\n", subject)
		}
		fmt.Fprintf(&b, "\n### %s\n%s\n%s\n\n", r.Name, r.Question, r.QuestionZH)
		if r.Note != "" {
			fmt.Fprintf(&b, "%s\n\n", r.Note)
		}
		if len(r.By) > 0 {
			fmt.Fprintf(&b, "- by: %s\n", strings.Join(r.By, ", "))
		}
		for _, p := range r.Parameters {
			fmt.Fprintf(&b, "- `--set %s=%d`: %s (%d to %d)\n", p.Name, p.Default, p.Doc, p.Least, p.Most)
		}
		var names []string
		for _, c := range got.Columns {
			names = append(names, "`"+c.Name+"`")
			if title := report.Heading(c.Name, "zh"); title == report.Heading(c.Name, "en") && c.Name != "nps" && c.Name != "kappa" {
				t.Errorf("report %s: column %s has no Chinese title in report/words/zh.yaml", r.Name, c.Name)
			}
		}
		fmt.Fprintf(&b, "- columns: %s\n- chart: %s\n", strings.Join(names, ", "), r.Chart.Kind)
		for _, advice := range []string{r.Advice, r.AdviceZH} {
			for _, part := range strings.Split(advice, "{")[1:] {
				if name, _, _ := strings.Cut(part, "}"); !strings.Contains(strings.Join(names, " "), "`"+name+"`") {
					t.Errorf("report %s: its advice names %s, which is no column", r.Name, name)
				}
			}
		}
	}
	file := filepath.Join("..", "..", "docs", "reference", "reports.md")
	if *updateReports {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(file); err != nil || string(was) != b.String() {
		t.Errorf("%s is out of date: type 'go generate ./cmd/earshot' (%v)", file, err)
	}
}

// analyst connects to the store of the service as who may only read, until the
// test ends.
func (s *served) analyst() *warehouse.Warehouse {
	s.t.Helper()
	store := s.connect()
	s.t.Cleanup(func() { _ = store.Close() })
	return store
}

// connect is as analyst, for as long as the caller wants: the store does not
// end before its connections.
func (s *served) connect() *warehouse.Warehouse {
	s.t.Helper()
	a := &app.App{Config: config.Default()}
	a.Config.Data = s.data
	if err := a.Config.Locate(); err != nil {
		s.t.Fatal(err)
	}
	store, err := a.ConnectStore(s.t.Context(), app.AsAnalyst)
	if err != nil {
		s.t.Fatal(err)
	}
	return store
}

// TestReportCommands asks the real program for reports in every format, and
// for what cannot be.
func TestReportCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("one command after the other")
	}
	s := newService(t)
	s.start()
	out, errOut, err := s.earshot("report", "volume")
	if err != nil || !strings.Contains(out, "0 rows") || !strings.Contains(errOut, "holds no conversations yet") {
		t.Errorf("of an empty store: %v\n%s\n%s", err, out, errOut)
	}
	if _, errOut, err := s.earshot("generate", "60", "--from", "2026-05-01", "--to", "2026-05-15", "--bursts", "0"); err != nil {
		t.Fatal(errOut)
	}
	var list []struct{ Name, Question string }
	for _, row := range s.rows("report", "--format", "json", "--find", "投诉") {
		list = append(list, struct{ Name, Question string }{fmt.Sprint(row["name"]), fmt.Sprint(row["question"])})
	}
	if len(list) < 5 || !strings.HasSuffix(list[0].Question, "?") {
		t.Errorf("reports about complaints: %v", list)
	}
	folder := t.TempDir()
	for name, begins := range map[string]string{"v.xlsx": "PK", "v.html": "<!DOCTYPE html>", "v.png": "\x89PNG", "v.csv": "\ufeff", "v.json": "[", "v.txt": "┌", "v.pdf": "%PDF-1."} {
		file := filepath.Join(folder, name)
		if _, errOut, err := s.earshot("report", "handle-time", "--by", "language", "-o", file); err == nil || !strings.Contains(errOut, "cannot group by") {
			t.Errorf("%s: %v %s", name, err, errOut)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s is there after a failure", name)
		}
		if _, errOut, err := s.earshot("report", "handle-time", "--by", "week", "-o", file); err != nil {
			t.Errorf("%s: %v %s", name, err, errOut)
			continue
		}
		if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte(begins)) {
			t.Errorf("%s begins with %.20q: %v", name, b, err)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 7 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"did you mean coverage", []string{"coverge"}},
		{"cannot group by", []string{"scores", "--by", "agent; DROP TABLE interactions"}},
		{"cannot filter by", []string{"scores", "--where", "1=1 OR agent=x"}},
		{`"2026-13-01" is no day`, []string{"scores", "--from", "2026-13-01"}},
		{`"yesterdy" is no day`, []string{"scores", "--to", "yesterdy"}},
		{"is not before to", []string{"scores", "--from", "2026-05-02", "--to", "2026-05-01"}},
		{"make the folder first", []string{"scores", "-o", filepath.Join(folder, "no", "such", "x.pdf")}},
		{"is a folder", []string{"scores", "-o", folder}},
		{"no format for files that end with .docx", []string{"scores", "-o", filepath.Join(folder, "x.docx")}},
		{"has no parameter", []string{"scores", "--set", "days=3"}},
		{"invalid map value", []string{"scores", "--set", "days=1; DROP"}},
		{`--format "exe": want one of table, csv`, []string{"scores", "--format", "exe"}},
		{`--lang "de": want en or zh`, []string{"scores", "--lang", "de"}},
	} {
		if _, errOut, err := s.earshot(append([]string{"report"}, c.args...)...); err == nil || !strings.Contains(errOut, c.want) {
			t.Errorf("report %q: %v, want %q in %s", c.args, err, c.want, errOut)
		}
	}
	// A value with SQL in it is a value.
	out, errOut, err = s.earshot("report", "scores", "--where", "agent=x' OR 1=1 --", "--from", "2016-01-01", "--to", "2026-06-01")
	if err != nil || !strings.Contains(out, "0 rows") || !strings.Contains(errOut, "the store holds 60 conversations") {
		t.Errorf("SQL in a value: %v\n%s%s", err, out, errOut)
	}
	if _, errOut, err := s.earshot("report", "scores", "--where", "channel=fax"); err != nil || !strings.Contains(errOut, `No conversation has the channel "fax". Those with the most: `) || !strings.Contains(errOut, "phone") {
		t.Errorf("a channel that is none: %v %s", err, errOut)
	}
	if _, errOut, err := s.earshot("report", "complaints", "--limit", "1"); err != nil || !strings.Contains(errOut, "more than these 1 rows") {
		t.Errorf("of more rows: %v %s", err, errOut)
	}
	if out, _, err := s.earshot("report", "rules", "--lang", "zh"); err != nil || !strings.Contains(out, "│ 客户投诉") || strings.Contains(out, "threat_to_go_public") {
		t.Errorf("rules in Chinese: %v\n%s", err, out)
	}
	s.askAsTheGuide(t)
	if out, _, err := s.earshot("report", "causes", "--sql", "--by", ""); err != nil || !strings.Contains(out, "{before:DateTime64(3, 'UTC')}") || strings.Contains(out, "$") {
		t.Errorf("the SQL of a report: %v\n%s", err, out)
	}
}

// askAsTheGuide runs every line of the guide to reports.
func (s *served) askAsTheGuide(t *testing.T) {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^earshot ((?:report|bursts|causes)\b[^#\n]*)`).FindAllSubmatch(guide, -1)
	if len(lines) < 15 {
		t.Errorf("%d questions in the guide", len(lines))
	}
	for _, line := range lines {
		args := shellWord.FindAllString(string(line[1]), -1)
		for i := range args {
			if args[i] = strings.Trim(args[i], "'"); i > 0 && args[i-1] == "-o" {
				args[i] = filepath.Join(t.TempDir(), args[i])
			}
		}
		_, errOut, err := s.earshot(args...)
		switch {
		case err == nil:
		case strings.Contains(errOut, paper.ErrNoFont.Error()): // set-up says so, too
			t.Logf("%s: not tried: %s", line[1], errOut)
		default:
			t.Errorf("%s: %s", line[1], errOut)
		}
	}
}
