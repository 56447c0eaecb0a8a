// Package ask holds the commands that answer questions from what is stored:
// reports, search, causes, one interaction with its evidence.
package ask

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/report"
	"earshot/warehouse"
)

// ReportCmd is `earshot report`.
type ReportCmd struct {
	Show reportShowCmd `cmd:"" default:"withargs" help:"Answer a named report; without a name, list the reports with the question each answers."`
	Pack reportPackCmd `cmd:"" help:"Make a report pack of the configuration by hand; without a name, list them."`
}

type reportShowCmd struct {
	Name   string            `arg:"" optional:"" help:"Report to answer; without one, the reports are listed with the question each answers."`
	Find   string            `placeholder:"WORDS" help:"List only reports that have these words in name or question."`
	From   terminal.Day      `placeholder:"DATE" help:"Only conversations that began on this day or later: 2026-03-01, today, yesterday or so many days ago as 30d."`
	To     terminal.Day      `placeholder:"DATE" help:"Only conversations that began before this day."`
	By     string            `help:"What to group by, where the report offers a choice; the list names it."`
	Where  map[string]string `mapsep:"none" placeholder:"KEY=VALUE" help:"Only one channel, queue, team or agent, as --where agent=Ann; may be given again."`
	Set    map[string]int    `mapsep:"none" placeholder:"NAME=N" help:"A parameter of the report, as --set days=14."`
	Limit  int               `help:"Most rows, where a report has no natural end (default 100)."`
	Format string            `placeholder:"FORMAT" help:"table, csv, json, xlsx, pdf, html or png (default: by the name of --out, else table)."`
	Lang   string            `placeholder:"zh|en" help:"Language of titles and columns, zh or en (default: en for documents, the columns' own names for table and csv)."`
	Out    string            `type:"path" short:"o" placeholder:"FILE" help:"Write to this file."`
	BOM    bool              `name:"bom" negatable:"" default:"true" help:"Put a byte order mark in front of CSV files, so that Excel reads Chinese."`
	SQL    bool              `name:"sql" help:"Print the report's SQL instead of asking it."`
}

func (c reportShowCmd) Run(ctx context.Context, a *app.App) error {
	if c.Name == "" || c.Name == "list" {
		return c.list(a)
	}
	r, err := warehouse.FindReport(c.Name)
	if err != nil {
		return err
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	zone, err := a.Config.Reports.Location()
	if err != nil {
		return err
	}
	options := warehouse.ReportOptions{From: c.From.In(zone), To: c.To.In(zone), By: c.By, Where: c.Where, Values: c.Set, Limit: c.Limit, Zone: zone}
	if c.SQL {
		text, err := r.Text(options)
		if err == nil {
			_, err = fmt.Fprint(a.Out, text)
		}
		return err
	}
	if err := checkOut(a, c.Out, format); err != nil {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Report(ctx, c.Name, options)
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		sayWhyEmpty(ctx, a, store)
		sayNoSuch(ctx, a, store, c.Where)
	}
	page := pageOf(a, r, options, c.Lang, zone, t)
	if format == "json" && c.Lang != "" {
		page.Coded = report.Beside(page.Coded, c.Lang)
	}
	if format == "json" || c.Lang == "" && (format == "csv" || format == "table") {
		page.Table = page.Coded
	}
	if t.More && (format == "table" || format == "csv" || format == "json") {
		fmt.Fprintf(a.Err, "There are more than these %d rows: --limit takes up to 100000.\n", len(t.Rows))
	}
	return write(a, c.Out, renderer{format: format, language: c.Lang, bom: c.BOM && c.Out != "", font: a.Config.Reports.Font}.page(page))
}

// format is the one asked for, or the one that the file's name ends with.
func (c reportShowCmd) format() (string, error) {
	all := []string{"table", "csv", "json", "xlsx", "pdf", "html", "png"}
	if c.Lang != "" && !slices.Contains(report.Languages(), c.Lang) {
		return "", models.BadInput("--lang %q: want %s", c.Lang, strings.Join(report.Languages(), " or "))
	}
	switch {
	case c.Format == "":
		return formatOf(c.Out, all...)
	case strings.EqualFold(c.Format, "excel"):
		return "xlsx", nil
	case !slices.Contains(all, c.Format):
		return "", models.BadInput("--format %q: want one of %s", c.Format, strings.Join(all, ", "))
	}
	return c.Format, nil
}

// list prints the reports, in the order of their subjects.
func (c reportShowCmd) list(a *app.App) error {
	format, err := c.format()
	if err != nil {
		return err
	}
	all, err := warehouse.Reports()
	if err != nil {
		return err
	}
	t := models.Table{Columns: terminal.Columns("subject", "name", "question", "by"), Rows: [][]any{}}
	if format == "json" {
		t.Columns = terminal.Columns("subject", "name", "question", "question_zh", "by", "chart")
	}
	for _, r := range all {
		if !matches(c.Find, r.Subject, r.Name, r.Question, r.QuestionZH) {
			continue
		}
		question := r.Question
		if c.Lang == "zh" {
			question = r.QuestionZH
		}
		row := []any{r.Subject, r.Name, question, strings.Join(r.By, ", ")}
		if format == "json" {
			row = []any{r.Subject, r.Name, question, r.QuestionZH, append([]string{}, r.By...), r.Chart.Kind}
		}
		t.Rows = append(t.Rows, row)
	}
	switch format {
	case "table", "csv", "json":
		return write(a, c.Out, renderer{format: format, bom: c.BOM && c.Out != ""}.page(report.Page{Table: t}))
	}
	return models.BadInput("the list of reports comes as table, csv or json; for %s name a report", format)
}

// matches says whether every word of a search stands in one of the texts.
func matches(find string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, " "))
	for _, word := range strings.Fields(strings.ToLower(find)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// pageOf puts the answer of a report on a page, with words for codes.
func pageOf(a *app.App, r warehouse.Report, o warehouse.ReportOptions, language string, zone *time.Location, t models.Table) report.Page {
	p := report.Page{Name: r.Name, Title: r.Question, Note: r.Note, Language: "en", Chart: r.Grouped(o.By)}
	advice := r.Advice
	if language == "zh" {
		p.Title, p.Note, p.Language, advice = r.QuestionZH, r.NoteZH, "zh", r.AdviceZH
	}
	if r.Live(o) {
		p.Note = strings.TrimPrefix(p.Note+" "+report.Word("live", p.Language), " ")
	}
	named := report.Named(t, a.Names(p.Language))
	p.Table = report.Filled(report.Advise(named, named, advice, p.Language))
	p.Coded = report.Advise(t, named, advice, p.Language)
	p.Scope = report.Scope(o.From.In(zone), o.To.In(zone), o.Where, p.Language)
	return p
}

// sayWhyEmpty tells which conversations there are, where a report found none.
func sayWhyEmpty(ctx context.Context, a *app.App, store *warehouse.Warehouse) {
	t, err := store.Query(ctx, "SELECT count(), min(started), max(started) FROM interactions")
	if err != nil || len(t.Rows) != 1 {
		return
	}
	if n, err := count(t.Rows[0][0]); err == nil && n == 0 {
		fmt.Fprintln(a.Err, "The store holds no conversations yet: 'earshot ingest PATH' sends some in, 'earshot serve --demo' the demo's.")
		return
	}
	fmt.Fprintf(a.Err, "No rows: the store holds %s conversations, from %s to %s.\n", report.Plain(t.Rows[0][0]), report.Plain(t.Rows[0][1]), report.Plain(t.Rows[0][2]))
}

// sayNoSuch names the values there are, where one asked for has no
// conversation at all.
func sayNoSuch(ctx context.Context, a *app.App, store *warehouse.Warehouse, where map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(where)) {
		t, err := store.Query(ctx, "SELECT toString("+key+") AS value FROM interactions GROUP BY value ORDER BY count() DESC, value LIMIT 1000") // key is one of the report's filters
		if err != nil {
			return
		}
		var known []string
		for _, row := range t.Rows {
			known = append(known, fmt.Sprint(row[0]))
		}
		if len(known) == 0 || slices.Contains(known, where[key]) {
			continue
		}
		fmt.Fprintf(a.Err, "No conversation has the %s %q. Those with the most: %s.\n", key, where[key], strings.Join(known[:min(8, len(known))], ", "))
	}
}

// PrintReport prints a report as a table, with its question above it.
func PrintReport(ctx context.Context, a *app.App, store *warehouse.Warehouse, name string) error {
	r, err := warehouse.FindReport(name)
	if err != nil {
		return err
	}
	t, err := store.Report(ctx, name, warehouse.ReportOptions{})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Out, r.Question)
	return terminal.PrintTable(a.Out, t, "table")
}
