package warehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/models"
)

// Bulk writes results that the store does not know yet, in large batches, as
// a made-up history is. While it works nothing else may write interactions of
// the same ids. Its methods are not for several goroutines. Close says whether
// all is there; what an attempt that broke off has left counts for nothing.
type Bulk struct {
	warehouse *Warehouse
	ctx       context.Context
	next      *batch
	sending   *errgroup.Group
}

// bulkRows is the size of a batch. Two are in memory at a time.
const bulkRows = 100_000

// Bulk returns a Bulk that works until ctx ends. It must be closed.
func (w *Warehouse) Bulk(ctx context.Context) *Bulk {
	sending, ctx := errgroup.WithContext(ctx)
	sending.SetLimit(1)
	return &Bulk{warehouse: w, ctx: ctx, next: &batch{}, sending: sending}
}

// Add writes a copy of a pattern, sooner or later.
func (b *Bulk) Add(p *Pattern, c Copy) error {
	p.copyTo(b.next, c, rand.Uint64(), time.Now().UTC())
	if b.next.size() < bulkRows {
		return nil
	}
	return b.flush()
}

// flush hands the batch over and waits until the one before it is written.
func (b *Bulk) flush() error {
	full := b.next
	b.next = &batch{}
	if b.ctx.Err() != nil {
		return b.sending.Wait()
	}
	b.sending.Go(func() error {
		known, err := b.warehouse.load(b.ctx, full)
		if err != nil || !known {
			return err
		}
		return b.warehouse.send(b.ctx, full)
	})
	return nil
}

// Close writes the rest.
func (b *Bulk) Close() error {
	var err error
	if b.next.size() > 0 {
		err = b.flush()
	}
	if waited := b.sending.Wait(); err == nil {
		err = waited
	}
	if err != nil {
		return fmt.Errorf("load the store: %w", err)
	}
	return nil
}

// Pattern is a result of which copies can be written at little cost.
type Pattern struct {
	rows    *batch
	started time.Time
	summary *models.Summary
}

// NewPattern takes an interaction apart. An error wraps models.ErrBadInput.
func NewPattern(in *models.Interaction) (*Pattern, error) {
	if err := check(in); err != nil {
		return nil, err
	}
	rows := disassemble(in, 0)
	// Patterns are kept by the thousand: without the room that appending leaves.
	rows.turns, rows.findings, rows.verdicts = slices.Clone(rows.turns), slices.Clone(rows.findings), slices.Clone(rows.verdicts)
	rows.items, rows.traces = slices.Clone(rows.items), slices.Clone(rows.traces)
	return &Pattern{rows: rows, started: in.Started, summary: in.Summary}, nil
}

// Copy is what a copy has of its own. In its texts order numbers, two capitals
// and six digits, are others than those of the pattern.
type Copy struct {
	ID         models.ID
	Revision   models.Revision
	Channel    models.Channel
	Started    time.Time
	Queue      string
	Team       string
	Agent      string
	Customer   string
	Attributes map[string]string
	Source     string // of the note that it was accepted
}

// copyTo adds the rows of a copy.
func (p *Pattern) copyTo(b *batch, c Copy, write uint64, now time.Time) {
	later := c.Started.Sub(p.started)
	change := func(h *headColumns) {
		h.InteractionID, h.Revision, h.Started, h.Write, h.StoredAt = string(c.ID), uint64(c.Revision), c.Started, write, now
		h.Channel, h.Queue, h.Team, h.Agent = string(c.Channel), c.Queue, c.Team, c.Agent
	}
	n := renumber{seed: write}
	b.interactions = addRows(b.interactions, p.rows.interactions, func(r *interactionRow) {
		change(&r.headColumns)
		r.Customer, r.Attributes = c.Customer, c.Attributes
		if r.Ended != nil {
			r.Ended = new(r.Ended.Add(later))
		}
	})
	b.turns = addRows(b.turns, p.rows.turns, func(r *turnRow) { change(&r.headColumns); r.Text = n.text(r.Text) })
	b.findings = addRows(b.findings, p.rows.findings, func(r *findingRow) {
		change(&r.headColumns)
		r.Label, r.EvidenceQuote = n.text(r.Label), n.list(r.EvidenceQuote)
	})
	b.verdicts = addRows(b.verdicts, p.rows.verdicts, func(r *verdictRow) {
		change(&r.headColumns)
		r.Because, r.EvidenceQuote, r.SearchedQuote = n.text(r.Because), n.list(r.EvidenceQuote), n.list(r.SearchedQuote)
	})
	b.scorecards = addRows(b.scorecards, p.rows.scorecards, func(r *scorecardRow) { change(&r.headColumns) })
	b.items = addRows(b.items, p.rows.items, func(r *scoreItemRow) {
		change(&r.headColumns)
		r.Because, r.EvidenceQuote = n.text(r.Because), n.list(r.EvidenceQuote)
	})
	b.traces = addRows(b.traces, p.rows.traces, func(r *traceRow) {
		change(&r.headColumns)
		r.StepStarted = r.StepStarted.Add(later)
	})
	if p.summary != nil {
		row := newSummaryRow(p.rows.summaries[0].headColumns, p.summaryLater(later))
		change(&row.headColumns)
		row.Text, row.Whole, row.PromiseText = n.text(row.Text), n.text(row.Whole), n.list(row.PromiseText)
		b.summaries = append(b.summaries, row)
	}
	b.current = addRows(b.current, p.rows.current, func(r *currentRow) {
		r.InteractionID, r.Revision, r.Started, r.Write, r.StoredAt = string(c.ID), uint64(c.Revision), c.Started, write, now
		r.Channel = string(c.Channel)
	})
	b.accepted = append(b.accepted, acceptedRow{
		InteractionID: string(c.ID), Revision: uint64(c.Revision), Channel: string(c.Channel), Started: c.Started, Source: c.Source, NotedAt: now,
	})
}

// summaryLater is the summary with the promises due so much later.
func (p *Pattern) summaryLater(by time.Duration) *models.Summary {
	s := *p.summary
	s.Promises = append([]models.Promise(nil), s.Promises...)
	for i := range s.Promises {
		if due := s.Promises[i].Due; due != nil {
			s.Promises[i].Due = new(due.Add(by))
		}
	}
	return &s
}

// renumber gives order numbers other digits, each the same one wherever it
// stands, so that quotes still are what the turn says.
type renumber struct{ seed uint64 }

const orderLength = 8 // two capitals, six digits

func (n renumber) list(all []string) []string {
	var changed []string
	for i, s := range all {
		if t := n.text(s); t != s {
			if changed == nil {
				changed = append(changed, all...)
			}
			changed[i] = t
		}
	}
	if changed == nil {
		return all
	}
	return changed
}

func (n renumber) text(s string) string {
	var b []byte
	for i := 0; i+orderLength <= len(s); i++ {
		if !isOrder(s[i : i+orderLength]) {
			continue
		}
		if b == nil {
			b = []byte(s)
		}
		for k := i; k < i+orderLength; k++ {
			turn := byte(n.seed >> (8 * (k - i)))
			if k < i+2 {
				b[k] = 'A' + (b[k]-'A'+turn)%26
			} else {
				b[k] = '0' + (b[k]-'0'+turn)%10
			}
		}
		i += orderLength - 1
	}
	if b == nil {
		return s
	}
	return string(b)
}

func isOrder(s string) bool {
	for i := range orderLength {
		if c := s[i]; i < 2 && (c < 'A' || c > 'Z') || i >= 2 && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
