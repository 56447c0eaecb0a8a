package ask

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"earshot/cmd/earshot/app"
	"earshot/cmd/earshot/config"
	"earshot/cmd/earshot/terminal"
	"earshot/models"
	"earshot/models/bucket"
	"earshot/report"
	"earshot/report/pack"
	"earshot/warehouse"
)

type reportPackCmd struct {
	Name     string       `arg:"" optional:"" help:"Pack to make; without one, the packs of the configuration are listed."`
	For      terminal.Day `placeholder:"DATE" help:"The day, or the week or month with the day, that it is of (default: the last one that is over)."`
	To       string       `placeholder:"PLACE" help:"Write it to this folder or bucket instead of the pack's."`
	Announce bool         `help:"Announce it on the webhook, too."`
}

func (c reportPackCmd) Run(ctx context.Context, a *app.App) error {
	packs, err := a.Config.Reports.CheckedPacks()
	if err != nil {
		return err
	}
	if c.Name == "" {
		return listPacks(a, packs)
	}
	i := slices.IndexFunc(packs, func(p pack.Pack) bool { return p.Name == c.Name })
	if i < 0 {
		return models.BadInput("no pack %q: %s", c.Name, packNames(packs))
	}
	p := packs[i]
	if c.To != "" {
		p.To = c.To
	}
	if c.Announce && a.Config.Reports.Webhook.URL == "" {
		return models.BadInput("--announce: the configuration has no reports.webhook.url")
	}
	span := p.Ended(time.Now())
	if c.For.Given {
		if span = p.Span(c.For.In(p.Zone())); span.From.After(time.Now()) {
			return models.BadInput("--for: %s has not begun", span.Name)
		}
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	m, err := publisher(a, store, packs).Make(ctx, p, span, c.Announce)
	for _, f := range m.Files {
		fmt.Fprintln(a.Out, m.Place+"/"+f.Key)
	}
	for _, f := range m.Failed {
		fmt.Fprintf(a.Err, "%s%s failed: %s\n", f.Report, f.Format, f.Error)
	}
	if err == nil && span.To.After(time.Now()) {
		fmt.Fprintf(a.Err, "%s is not over yet: it is made again after %s.\n", span.Name, span.Due.Format("2006-01-02 15:04 MST"))
	}
	if err == nil && len(m.Failed) > 0 {
		return app.ExitError(1)
	}
	return err
}

func listPacks(a *app.App, packs []pack.Pack) error {
	if len(packs) == 0 {
		fmt.Fprintln(a.Err, "The configuration has no report packs: docs/operations.md shows how to add one under reports.packs.")
	}
	t := models.Table{Columns: terminal.Columns("name", "period", "next", "reports", "formats", "language", "to"), Rows: [][]any{}}
	for _, p := range packs {
		next := p.Next(time.Now()).Due.Format("2006-01-02 15:04 MST")
		t.Rows = append(t.Rows, []any{p.Name, p.Period, next, int64(len(p.Reports)), strings.Join(p.Formats, ", "), p.Language, bucket.Shown(p.To)})
	}
	return terminal.PrintTable(a.Out, t, "table")
}

func packNames(packs []pack.Pack) string {
	if len(packs) == 0 {
		return "the configuration has none, under reports.packs"
	}
	names := make([]string, len(packs))
	for i, p := range packs {
		names[i] = p.Name
	}
	return "the configuration has " + strings.Join(names, ", ")
}

// publisher makes packs from what the store answers.
func publisher(a *app.App, store *warehouse.Warehouse, packs []pack.Pack) *pack.Publisher {
	return &pack.Publisher{
		Packs: packs, Webhook: a.Config.Reports.Webhook, Log: a.Log,
		Answer: func(ctx context.Context, p pack.Pack, item pack.Item, s pack.Span) (report.Page, error) {
			if item.Report == config.BriefName {
				b, err := composeBrief(ctx, a, store, s.From.In(p.Zone()), s.To.In(p.Zone()), p.Language)
				return b.page(), err
			}
			r, err := warehouse.FindReport(item.Report)
			if err != nil {
				return report.Page{}, err
			}
			options := config.PackOptions(item, s)
			t, err := store.Report(ctx, r.Name, options)
			if err != nil {
				return report.Page{}, err
			}
			return pageOf(a, r, options, p.Language, p.Zone(), t), nil
		},
		Render: func(w io.Writer, d report.Document, format string) error {
			return renderer{format: format, font: a.Config.Reports.Font}.document(d)(w)
		},
	}
}

// PublishPacks makes the packs of the configuration when they are due, until
// ctx ends.
func PublishPacks(ctx context.Context, a *app.App) error {
	packs, err := a.Config.Reports.CheckedPacks()
	if err != nil || len(packs) == 0 {
		return err
	}
	store, err := a.ConnectStore(ctx, app.AsAnalyst)
	if err != nil {
		return err
	}
	defer store.Close()
	return publisher(a, store, packs).Run(ctx)
}
