package app

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"earshot/models"
	"earshot/pipeline"
	"earshot/qa"
	"earshot/qa/releases"
	"earshot/rules"
	"earshot/warehouse"
)

// Shelf holds the rulebook in use, and changes it while work goes on. A
// conversation is judged and scored by one and the same book.
type Shelf struct {
	app   *App
	now   atomic.Pointer[Rulebook]
	older atomic.Pointer[[]*Rulebook] // those that work may still be under way with
}

// keptBooks is how many earlier rulebooks are kept for work under way.
const keptBooks = 4

func (a *App) newShelf() (*Shelf, error) {
	b, err := a.LoadBook()
	if err != nil {
		return nil, err
	}
	s := &Shelf{app: a}
	s.now.Store(b)
	s.older.Store(&[]*Rulebook{})
	return s, nil
}

// steps returns the steps that judge and score.
func (s *Shelf) steps() []pipeline.Step { return []pipeline.Step{judging{s}, scoring{s}} }

type judging struct{ *Shelf }

// Name returns the step's name.
func (judging) Name() string { return "rules" }

// Run judges by the book in use.
func (j judging) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	return rules.NewStep(j.now.Load().Rules).Run(ctx, in)
}

type scoring struct{ *Shelf }

// Name returns the step's name.
func (scoring) Name() string { return "qa" }

// Run scores by the book that the verdicts are from, and runs its shadow.
func (sc scoring) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	b := sc.bookOf(in)
	by, err := qa.NewStep(b.Cards).Run(ctx, in)
	if err != nil {
		return nil, err
	}
	in.Shadow = nil
	if b.shadow != nil {
		more, err := b.shadow.Run(ctx, in)
		if err != nil {
			return nil, err
		}
		by = append(by, more...)
	}
	return by, nil
}

// bookOf returns the book by which in was judged, as the driver has noted: the
// one in use now may have come since.
func (s *Shelf) bookOf(in *models.Interaction) *Rulebook {
	now := s.now.Load()
	for _, t := range slices.Backward(in.Trace) {
		if t.Step != "rules" || len(t.By) == 0 {
			continue
		}
		for _, b := range append([]*Rulebook{now}, *s.older.Load()...) {
			if b.Rules.Hash() == t.By[0].Hash {
				return b
			}
		}
		break
	}
	return now
}

// CheckLocks returns an error if the text of a rule or scorecard of the user is
// not what the same version stored results with before.
func (s *Shelf) CheckLocks(ctx context.Context, store *warehouse.Warehouse) error {
	return s.now.Load().checkLocks(ctx, store)
}

// checkEvery is how often a service looks for something newly published.
const checkEvery = 2 * time.Second

// Watch takes up what is published until ctx ends. Something that cannot be
// used is logged once, and what was in use stays.
func (s *Shelf) Watch(ctx context.Context) error {
	said := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(checkEvery):
		}
		if err := s.takeUp(); err != nil {
			if err.Error() != said {
				s.app.Log.Error("what was published cannot be used; the rules in use stay", "error", err)
			}
			said = err.Error()
			continue
		}
		said = ""
	}
}

// takeUp reads the rulebook again if something was published since.
func (s *Shelf) takeUp() error {
	latest, err := s.app.Published().Latest()
	if err != nil || latest == s.latest() {
		return err
	}
	b, err := s.app.LoadBook()
	if err != nil {
		return err
	}
	s.put(b)
	s.app.Log.Info("rules taken up", "publication", latest, "rules", b.Rules.Hash(), "scorecards", b.Cards.Hash(), "shadow", b.shadow != nil)
	return nil
}

// latest is the number of the newest publication in use.
func (s *Shelf) latest() int {
	b, n := s.now.Load(), 0
	for _, r := range []*releases.Release{b.Live, b.Shadows} {
		if r != nil {
			n = max(n, r.Number)
		}
	}
	return n
}

func (s *Shelf) put(b *Rulebook) {
	older := append([]*Rulebook{s.now.Load()}, *s.older.Load()...)
	older = older[:min(len(older), keptBooks)]
	s.older.Store(&older)
	s.now.Store(b)
}
