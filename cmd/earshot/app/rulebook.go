package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"earshot/qa"
	"earshot/qa/releases"
	"earshot/rules"
	"earshot/warehouse"
)

// Rulebook is what conversations are judged by: the rules and scorecards that
// come with Earshot, those of the configuration on top, those published on top
// of these, and a published shadow beside them.
type Rulebook struct {
	Rules         *rules.Set
	Cards         *qa.Set
	shadow        *qa.ShadowStep // nil: none
	Live, Shadows *releases.Release
}

// Published returns the folder of publications.
func (a *App) Published() *releases.Store { return releases.Open(a.Config.Rules.Published) }

// LoadBook reads the rulebook as it stands.
func (a *App) LoadBook() (*Rulebook, error) {
	live, shadow, err := a.Published().Current()
	if err != nil {
		return nil, err
	}
	b := &Rulebook{Live: live, Shadows: shadow}
	if b.Rules, b.Cards, err = a.Compile(releases.LayersOf(live), live); err != nil {
		return nil, err
	}
	if shadow != nil {
		_, draft, err := a.Compile(releases.LayersOf(shadow), shadow)
		if err != nil {
			return nil, fmt.Errorf("shadow: %w", err)
		}
		b.shadow = qa.NewShadowStep(releases.Number(shadow.Number), b.Cards, draft)
	}
	return b, nil
}

// LoadRules reads the rules and scorecards that count.
func (a *App) LoadRules() (*rules.Set, *qa.Set, error) {
	b, err := a.LoadBook()
	if err != nil {
		return nil, nil, err
	}
	return b.Rules, b.Cards, nil
}

// Compile reads what comes with Earshot, what is configured, and layers on top
// of these. gates is the publication that says which rules may deduct by
// themselves, nil for none.
func (a *App) Compile(layers []releases.Layer, gates *releases.Release) (*rules.Set, *qa.Set, error) {
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
func (a *App) configured() (ruleFolders, cardFolders []fs.FS, err error) {
	for _, p := range a.Config.Rules.Folders {
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
	for _, p := range a.Config.Rules.Scorecards {
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
func (b *Rulebook) checkLocks(ctx context.Context, store *warehouse.Warehouse) error {
	used, err := UsedVersions(ctx, store)
	if err != nil {
		return err
	}
	return errors.Join(b.Rules.CheckLocks(used["rule"]), b.Cards.CheckLocks(used["scorecard"]))
}

// UsedVersions returns the hashes of stored results by kind and "id@version".
func UsedVersions(ctx context.Context, store *warehouse.Warehouse) (map[string]map[string][]string, error) {
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
