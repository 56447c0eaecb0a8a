package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"earshot/models"
	"earshot/warehouse"
)

type reportCmd struct {
	Name   string    `arg:"" optional:"" help:"Report to print; without one, the reports are listed with the question each answers."`
	From   time.Time `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began on this day (UTC) or later."`
	To     time.Time `format:"2006-01-02" placeholder:"DATE" help:"Only conversations that began before this day (UTC)."`
	By     string    `help:"What to group by, where the report offers a choice; the list names it."`
	Limit  int       `help:"Most rows, where a report has no natural end (default 100)."`
	Format string    `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

func (c reportCmd) Run(ctx context.Context, a *app) error {
	if c.Name == "" {
		t, err := reportList()
		if err != nil {
			return err
		}
		return printTable(a.out, t, c.Format)
	}
	store, err := a.connectStore(ctx, asAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Report(ctx, c.Name, warehouse.ReportOptions{From: c.From, To: c.To, By: c.By, Limit: c.Limit})
	if err != nil {
		return err
	}
	return printTable(a.out, t, c.Format)
}

func reportList() (models.Table, error) {
	t := models.Table{Columns: columns("name", "question", "by")}
	all, err := warehouse.Reports()
	for _, r := range all {
		t.Rows = append(t.Rows, []any{r.Name, r.Question, strings.Join(r.By, ", ")})
	}
	return t, err
}

// printReport prints a report as a table, with its question above it.
func (a *app) printReport(ctx context.Context, store *warehouse.Warehouse, name string) error {
	t, err := store.Report(ctx, name, warehouse.ReportOptions{})
	if err != nil {
		return err
	}
	all, err := warehouse.Reports()
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Name == name {
			fmt.Fprintln(a.out, r.Question)
		}
	}
	return printTable(a.out, t, "table")
}

type sqlCmd struct {
	Query  string `arg:"" help:"A query over the views: interactions, turns, findings, verdicts, scorecards, score_items and more."`
	Format string `enum:"table,csv,json" default:"table" help:"table, csv or json."`
}

func (c sqlCmd) Run(ctx context.Context, a *app) error {
	store, err := a.connectStore(ctx, asAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	t, err := store.Query(ctx, c.Query)
	if err != nil {
		return err
	}
	return printTable(a.out, t, c.Format)
}

// coverage is what came in and what became of it, over all channels.
type coverage struct{ accepted, scored, failed, inFlight int }

func readCoverage(ctx context.Context, store *warehouse.Warehouse) (coverage, error) {
	var sum coverage
	t, err := store.Report(ctx, "coverage", warehouse.ReportOptions{})
	if err != nil {
		return sum, err
	}
	into := map[string]*int{"accepted": &sum.accepted, "scored": &sum.scored, "failed": &sum.failed, "in_flight": &sum.inFlight}
	for _, row := range t.Rows {
		for i, c := range t.Columns {
			if n := into[c.Name]; n != nil {
				v, err := count(row[i])
				if err != nil {
					return sum, fmt.Errorf("report coverage: column %s: %w", c.Name, err)
				}
				*n += v
			}
		}
	}
	return sum, nil
}

func count(v any) (int, error) {
	switch v := v.(type) {
	case uint64:
		return int(v), nil
	case int64:
		return int(v), nil
	default:
		return 0, fmt.Errorf("%v is no number", v)
	}
}
