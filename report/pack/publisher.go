package pack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"earshot/report"
)

// Publisher makes packs. Several may, in as many processes, over the same
// places: each period is made once.
type Publisher struct {
	Packs   []Pack
	Webhook Webhook
	Answer  func(ctx context.Context, p Pack, item Item, s Span) (report.Page, error)
	Render  func(w io.Writer, d report.Document, format string) error
	Log     *slog.Logger

	now func() time.Time // of tests; nil: the clock
}

const (
	lookEvery  = time.Minute
	retryAfter = 10 * time.Minute
	catchUp    = 7 // most periods of a pack that are made after a stop
)

// Run makes the packs when they are due, until ctx ends. What fails is logged
// and tried again.
func (b *Publisher) Run(ctx context.Context) error {
	if len(b.Packs) == 0 {
		return nil
	}
	again := make([]time.Time, len(b.Packs)) // when to look at a pack next
	for {
		for i, p := range b.Packs {
			if now := b.time(); !now.Before(again[i]) {
				again[i] = b.look(ctx, p, now)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookEvery): // not until the next is due: clocks are set, machines sleep
		}
	}
}

// look makes what is due of a pack and returns when to look again.
func (b *Publisher) look(ctx context.Context, p Pack, now time.Time) time.Time {
	switch err := b.Pass(ctx, p); {
	case err == nil || ctx.Err() != nil:
		return p.Next(now).Due
	case errors.Is(err, errBusy):
		b.Log.Debug("report pack waits for another service", "pack", p.Name, "error", err)
		return now.Add(lookEvery)
	default:
		b.Log.Warn("report pack not finished, tried again", "pack", p.Name, "in", retryAfter, "error", err)
		return now.Add(retryAfter)
	}
}

func (b *Publisher) time() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}

// Pass makes and announces what is due of a pack and not done: of a new pack
// the last period, of one that stopped those it missed, as far as they are
// among the last seven.
func (b *Publisher) Pass(ctx context.Context, p Pack) error {
	at, err := openPlace(ctx, p.To)
	if err != nil {
		return err
	}
	defer at.close()
	first, err := at.first(ctx, p)
	if err != nil {
		return err
	}
	var errs []error
	spans := p.Over(b.time(), catchUp)
	for i, s := range spans {
		if first == "" && i < len(spans)-1 || s.Name < first {
			continue
		}
		if err := b.once(ctx, at, p, s); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

// once makes and announces a period, unless that is done.
func (b *Publisher) once(ctx context.Context, at *place, p Pack, s Span) error {
	done, err := at.has(ctx, key(p, s, ".done"))
	if err != nil || done {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, makeLimit)
	defer cancel()
	release, err := at.claim(ctx, p, s)
	if err != nil {
		return err
	}
	defer release()
	if done, err = at.has(ctx, key(p, s, ".done")); err != nil || done { // since
		return err
	}
	m, err := at.manifest(ctx, p, s)
	if err != nil {
		return err
	}
	if m == nil {
		if m, err = b.make(ctx, at, p, s); err != nil {
			return err
		}
		b.Log.Info("report pack made", "pack", p.Name, "period", s.Name, "files", len(m.Files), "failed", len(m.Failed), "place", at.Shown)
	}
	if err := b.announce(ctx, *m); err != nil {
		return err
	}
	_, err = at.write(ctx, key(p, s, ".done"), nil, "text/plain")
	return err
}

// Make makes a period now, once more where it was made. Of a period that goes
// on the files are written and nothing else, so that the whole of it is made
// when it is over. announce says whether the webhook is told.
func (b *Publisher) Make(ctx context.Context, p Pack, s Span, announce bool) (Manifest, error) {
	at, err := openPlace(ctx, p.To)
	if err != nil {
		return Manifest{}, err
	}
	defer at.close()
	ctx, cancel := context.WithTimeout(ctx, makeLimit)
	defer cancel()
	release, err := at.claim(ctx, p, s)
	if err != nil {
		return Manifest{}, fmt.Errorf("pack %s, %s: %w", p.Name, s.Name, err)
	}
	defer release()
	m, err := b.make(ctx, at, p, s)
	if err != nil {
		return Manifest{}, fmt.Errorf("pack %s, %s: %w", p.Name, s.Name, err)
	}
	if announce {
		if err = b.announce(ctx, *m); err == nil && !s.To.After(b.time()) {
			_, err = at.write(ctx, key(p, s, ".done"), nil, "text/plain")
		}
	}
	return *m, err
}

// make writes the files and then the manifest. A report or a format that fails
// is told in the manifest; only if all of them do, nothing is made.
func (b *Publisher) make(ctx context.Context, at *place, p Pack, s Span) (*Manifest, error) {
	m := &Manifest{
		Pack: p.Name, Title: p.Title, Period: p.Period, Name: s.Name, From: s.From, To: s.To, Made: b.time().In(p.zone).Truncate(time.Second),
		Language: p.Language, Place: at.Shown, Files: []File{}, Failed: []Failure{},
	}
	d := report.Document{Title: p.Title, Subtitle: report.Scope(s.From, s.To, nil, p.Language), Language: p.Language, Made: m.Made}
	for _, item := range p.Reports {
		page, err := b.answer(ctx, p, item, s)
		if err != nil {
			m.Failed = append(m.Failed, Failure{Report: item.Report, Error: short(err)})
			continue
		}
		page.Name = unused(page.Name, d.Pages)
		d.Pages = append(d.Pages, page)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // whatever failed, failed for that
	}
	if len(d.Pages) == 0 {
		return nil, fmt.Errorf("no report could be answered: %s: %s", m.Failed[0].Report, m.Failed[0].Error)
	}
	if len(m.Failed) > 0 {
		d.Subtitle += " · " + fmt.Sprintf(report.Word("unanswered", p.Language), strings.Join(failedReports(m.Failed), ", "))
	}
	for _, format := range p.Formats {
		var body bytes.Buffer
		if err := b.Render(&body, d, format); err != nil {
			m.Failed = append(m.Failed, Failure{Format: format, Error: short(err)})
			continue
		}
		f, err := at.write(ctx, key(p, s, "/"+p.Name+"-"+s.Name+"."+format), body.Bytes(), mediaTypes[format])
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, f)
	}
	if len(m.Files) == 0 {
		last := m.Failed[len(m.Failed)-1]
		return nil, fmt.Errorf("no format could be written: %s: %s", last.Format, last.Error)
	}
	if s.To.After(b.time()) {
		return m, nil
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		_, err = at.write(ctx, key(p, s, ".json"), text, mediaTypes["json"])
	}
	return m, err
}

// answerLimit keeps one slow report from taking the time of all.
const answerLimit = time.Minute

func (b *Publisher) answer(ctx context.Context, p Pack, item Item, s Span) (report.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	page, err := b.Answer(ctx, p, item, s)
	page.Title = cmp.Or(item.Title, page.Title)
	return page, err
}

// unused returns the name, with a number where a page has it already: a report
// may be in a pack twice, grouped or filtered otherwise.
func unused(name string, pages []report.Page) string {
	taken := func(name string) bool {
		return slices.ContainsFunc(pages, func(p report.Page) bool { return p.Name == name })
	}
	for n, base := 2, name; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}

func failedReports(failed []Failure) []string {
	names := make([]string, len(failed))
	for i, f := range failed {
		names[i] = f.Report
	}
	return names
}

// short bounds an error that goes to others.
func short(err error) string {
	text := []rune(err.Error())
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
