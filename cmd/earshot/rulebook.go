package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

// rulebook is what conversations are judged by: the rules and scorecards that
// come with Earshot, those of the configuration on top, those published on top
// of these, and a published shadow beside them.
type rulebook struct {
	rules         *rules.Set
	cards         *qa.Set
	shadow        *qa.ShadowStep // nil: none
	live, shadows *releases.Release
}

// published returns the folder of publications.
func (a *app) published() *releases.Store { return releases.Open(a.cfg.Rules.Published) }

// loadBook reads the rulebook as it stands.
func (a *app) loadBook() (*rulebook, error) {
	live, shadow, err := a.published().Current()
	if err != nil {
		return nil, err
	}
	b := &rulebook{live: live, shadows: shadow}
	if b.rules, b.cards, err = a.compile(releases.LayersOf(live), live); err != nil {
		return nil, err
	}
	if shadow != nil {
		_, draft, err := a.compile(releases.LayersOf(shadow), shadow)
		if err != nil {
			return nil, fmt.Errorf("shadow: %w", err)
		}
		b.shadow = qa.NewShadowStep(releases.Number(shadow.Number), b.cards, draft)
	}
	return b, nil
}

// loadRules reads the rules and scorecards that count.
func (a *app) loadRules() (*rules.Set, *qa.Set, error) {
	b, err := a.loadBook()
	if err != nil {
		return nil, nil, err
	}
	return b.rules, b.cards, nil
}

// compile reads what comes with Earshot, what is configured, and layers on top
// of these. gates is the publication that says which rules may deduct by
// themselves, nil for none.
func (a *app) compile(layers []releases.Layer, gates *releases.Release) (*rules.Set, *qa.Set, error) {
	ruleFolders, cardFolders, err := a.configured()
	if err != nil {
		return nil, nil, err
	}
	moreRules, moreCards := releases.Folders(layers)
	set, err := rules.Load(append(ruleFolders, moreRules...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("rules: %w", err)
	}
	cards, err := qa.Load(set, append(cardFolders, moreCards...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("scorecards: %w", err)
	}
	if gates != nil && len(gates.Modes) > 0 {
		cards = cards.Gated(gates.Modes)
	}
	return set, cards, nil
}

// configured returns the folders that the configuration names.
func (a *app) configured() (ruleFolders, cardFolders []fs.FS, err error) {
	for _, p := range a.cfg.Rules.Folders {
		l, err := configuredFolder(p)
		if err != nil {
			return nil, nil, fmt.Errorf("rules.folders: %w", err)
		}
		r, c := l.Folders()
		ruleFolders = append(ruleFolders, r)
		if c != nil {
			cardFolders = append(cardFolders, c)
		}
	}
	for _, p := range a.cfg.Rules.Scorecards {
		l, err := configuredFolder(p)
		if err != nil {
			return nil, nil, fmt.Errorf("rules.scorecards: %w", err)
		}
		cardFolders = append(cardFolders, rules.Folder{FS: l.Files, Path: p})
	}
	return ruleFolders, cardFolders, nil
}

func configuredFolder(path string) (releases.Layer, error) {
	list, err := folders([]string{path})
	if err != nil {
		return releases.Layer{}, err
	}
	return releases.Layer{Files: list[0], Path: path}, nil
}

// checkLocks returns an error if the text of a rule or scorecard of the user is
// not what the same version stored results with before.
func (b *rulebook) checkLocks(ctx context.Context, store *warehouse.Warehouse) error {
	used, err := usedVersions(ctx, store)
	if err != nil {
		return err
	}
	return errors.Join(b.rules.CheckLocks(used["rule"]), b.cards.CheckLocks(used["scorecard"]))
}

// usedVersions returns the hashes of stored results by kind and "id@version".
func usedVersions(ctx context.Context, store *warehouse.Warehouse) (map[string]map[string][]string, error) {
	all, err := store.UsedVersions(ctx)
	if err != nil {
		return nil, err
	}
	used := map[string]map[string][]string{"rule": {}, "scorecard": {}}
	for _, v := range all {
		if of := used[v.Kind]; of != nil {
			of[v.ID+"@"+v.Version] = append(of[v.ID+"@"+v.Version], v.Hash)
		}
	}
	return used, nil
}

// shelf holds the rulebook in use, and changes it while work goes on. A
// conversation is judged and scored by one and the same book.
type shelf struct {
	app   *app
	now   atomic.Pointer[rulebook]
	older atomic.Pointer[[]*rulebook] // those that work may still be under way with
}

// keptBooks is how many earlier rulebooks are kept for work under way.
const keptBooks = 4

func (a *app) newShelf() (*shelf, error) {
	b, err := a.loadBook()
	if err != nil {
		return nil, err
	}
	s := &shelf{app: a}
	s.now.Store(b)
	s.older.Store(&[]*rulebook{})
	return s, nil
}

// steps returns the steps that judge and score.
func (s *shelf) steps() []pipeline.Step { return []pipeline.Step{judging{s}, scoring{s}} }

type judging struct{ *shelf }

// Name returns the step's name.
func (judging) Name() string { return "rules" }

// Run judges by the book in use.
func (j judging) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	return rules.NewStep(j.now.Load().rules).Run(ctx, in)
}

type scoring struct{ *shelf }

// Name returns the step's name.
func (scoring) Name() string { return "qa" }

// Run scores by the book that the verdicts are from, and runs its shadow.
func (sc scoring) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	b := sc.bookOf(in)
	by, err := qa.NewStep(b.cards).Run(ctx, in)
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
func (s *shelf) bookOf(in *models.Interaction) *rulebook {
	now := s.now.Load()
	for _, t := range slices.Backward(in.Trace) {
		if t.Step != "rules" || len(t.By) == 0 {
			continue
		}
		for _, b := range append([]*rulebook{now}, *s.older.Load()...) {
			if b.rules.Hash() == t.By[0].Hash {
				return b
			}
		}
		break
	}
	return now
}

// checkEvery is how often a service looks for something newly published.
const checkEvery = 2 * time.Second

// watch takes up what is published until ctx ends. Something that cannot be
// used is logged once, and what was in use stays.
func (s *shelf) watch(ctx context.Context) error {
	said := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(checkEvery):
		}
		if err := s.takeUp(); err != nil {
			if err.Error() != said {
				s.app.log.Error("what was published cannot be used; the rules in use stay", "error", err)
			}
			said = err.Error()
			continue
		}
		said = ""
	}
}

// takeUp reads the rulebook again if something was published since.
func (s *shelf) takeUp() error {
	latest, err := s.app.published().Latest()
	if err != nil || latest == s.latest() {
		return err
	}
	b, err := s.app.loadBook()
	if err != nil {
		return err
	}
	s.put(b)
	s.app.log.Info("rules taken up", "publication", latest, "rules", b.rules.Hash(), "scorecards", b.cards.Hash(), "shadow", b.shadow != nil)
	return nil
}

// latest is the number of the newest publication in use.
func (s *shelf) latest() int {
	b, n := s.now.Load(), 0
	for _, r := range []*releases.Release{b.live, b.shadows} {
		if r != nil {
			n = max(n, r.Number)
		}
	}
	return n
}

func (s *shelf) put(b *rulebook) {
	older := append([]*rulebook{s.now.Load()}, *s.older.Load()...)
	older = older[:min(len(older), keptBooks)]
	s.older.Store(&older)
	s.now.Store(b)
}
