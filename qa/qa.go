// Package qa fills in quality scorecards from the verdicts of rules.
//
// A scorecard is YAML: sections of questions with weights that sum to 100,
// each answered by a rule, with auto-fails, questions that only apply under a
// condition, and dialogues that show what score they must give. The package is
// pure: the same verdicts and the same card give the same bytes.
package qa

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"earshot/models"
	"earshot/rules"
)

// EngineVersion changes whenever the same card may give another score for the
// same verdicts. It is part of every hash.
const EngineVersion = "1"

//go:embed scorecards/*.yaml
var builtin embed.FS

// Builtin returns the scorecards that come with Earshot.
func Builtin() fs.FS {
	sub, err := fs.Sub(builtin, "scorecards")
	if err != nil {
		panic(err) // the name is a constant
	}
	return rules.Folder{FS: sub, Path: "scorecards", Shipped: true}
}

// Set holds the scorecards in use. It does not change and may be used from
// many goroutines.
type Set struct {
	cards []*Card // by id
	rules *rules.Set
	modes map[string]Mode // of rules that may not deduct by themselves
	hash  string
}

// Load returns the scorecards that come with Earshot with those of other
// folders on top: a card there replaces the one with its id. Every *.yaml and
// *.yml file holds one card. The error lists all problems with file, line and
// column, and wraps models.ErrBadInput; see rules.Problems.
func Load(set *rules.Set, folders ...fs.FS) (*Set, error) {
	return Compile(set, append([]fs.FS{Builtin()}, folders...)...)
}

// Compile is Load without the scorecards that come with Earshot.
func Compile(set *rules.Set, folders ...fs.FS) (*Set, error) {
	byID := map[string]*Card{}
	var errs []error
	for _, folder := range folders {
		cards, err := readFolder(folder)
		errs = append(errs, err)
		for _, c := range cards {
			byID[c.ID] = c
		}
	}
	out := &Set{rules: set}
	h := sha256.New()
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		c := byID[id]
		errs = append(errs, c.check(set)...)
		if c.Disabled {
			continue
		}
		out.cards = append(out.cards, c)
		c.seal(set)
		fmt.Fprintf(h, "%s %s\n", c.ID, c.hash)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	out.hash = hex.EncodeToString(h.Sum(nil))[:hashLength]
	return out, nil
}

// How much of a SHA-256 in hex tells versions apart; a card's hash is made like
// a rule's.
const (
	hashLength = 16
	ownLength  = 8
)

func readFolder(folder fs.FS) ([]*Card, error) {
	var cards []*Card
	seen := map[string]string{}
	var errs []error
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := path.Ext(name); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		c := new(Card)
		shown := name
		if f, ok := folder.(rules.Folder); ok {
			shown, c.shipped = path.Join(f.Path, name), f.Shipped
		}
		if err := rules.Decode(shown, data, c); err != nil {
			errs = append(errs, err)
			return nil
		}
		if at, ok := seen[c.ID]; ok {
			errs = append(errs, models.BadInput("%s: the id %s is taken by %s", shown, c.ID, at))
		}
		seen[c.ID] = shown
		cards = append(cards, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read scorecards: %w", err)
	}
	return cards, errors.Join(errs...)
}

// Hash identifies everything the scores of the set depend on.
func (s *Set) Hash() string { return s.hash }

// Cards returns the scorecards of the set, ordered by id.
func (s *Set) Cards() []*Card { return slices.Clone(s.cards) }

// Card returns the scorecard with an id, nil if there is none.
func (s *Set) Card(id string) *Card {
	for _, c := range s.cards {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Gated returns the set with what its rules may do by themselves: those that
// are human_only deduct nothing and send the card to a person instead, those
// that are hybrid deduct and send it too. Rules without a mode are auto.
func (s *Set) Gated(modes map[string]Mode) *Set {
	out := *s
	out.modes = maps.Clone(modes)
	out.cards = make([]*Card, len(s.cards))
	h := sha256.New()
	for i, c := range s.cards {
		gated := *c
		gated.gate(modes)
		out.cards[i] = &gated
		fmt.Fprintf(h, "%s %s\n", c.ID, gated.hash)
	}
	out.hash = hex.EncodeToString(h.Sum(nil))[:hashLength]
	return &out
}

// Asked returns the rules that the set's scorecards are answered by.
func (s *Set) Asked() map[string]bool {
	asked := map[string]bool{}
	for _, c := range s.cards {
		for _, id := range c.asks() {
			if id != "" {
				asked[id] = true
			}
		}
	}
	return asked
}

// Modes returns what the set's rules may do by themselves, without those that
// are auto.
func (s *Set) Modes() map[string]Mode {
	out := map[string]Mode{}
	for id, mode := range s.modes {
		if mode != Auto {
			out[id] = mode
		}
	}
	return out
}

// Drift is something that a stored result was made with and that the set has
// otherwise now.
type Drift struct {
	Kind string    `json:"kind"` // rule or scorecard
	ID   string    `json:"id"`
	Was  models.By `json:"was"`
	Now  models.By `json:"now"` // empty: it is gone
}

// Drift returns what has changed since the verdicts and scorecards of a
// conversation were made; none: making them again gives the same bytes.
func (s *Set) Drift(in *models.Interaction) []Drift {
	var out []Drift
	for i := range in.Verdicts {
		v := &in.Verdicts[i]
		d := Drift{Kind: "rule", ID: v.Rule, Was: v.By}
		if r := s.rules.Rule(v.Rule); r != nil {
			d.Now = models.By{Name: "rules", Version: rules.EngineVersion, Hash: r.Hash()}
		}
		if d.Was != d.Now {
			out = append(out, d)
		}
	}
	for i := range in.Scorecards {
		c := &in.Scorecards[i]
		d := Drift{Kind: "scorecard", ID: c.Name, Was: c.By}
		if card := s.Card(c.Name); card != nil {
			d.Now = models.By{Name: "qa", Version: EngineVersion, Hash: card.hash}
		}
		if d.Was != d.Now {
			out = append(out, d)
		}
	}
	return out
}

// By names the set as the maker of scores.
func (s *Set) By() models.By {
	return models.By{Name: "qa", Version: EngineVersion, Hash: s.hash}
}
