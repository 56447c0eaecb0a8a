package qa

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/models"
	"earshot/rules"
)

// Release is one publication of a rule or a scorecard.
type Release struct {
	Kind    string    `json:"kind"` // rule or scorecard
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Hash    string    `json:"hash"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason,omitempty"`
	Shadow  bool      `json:"shadow,omitempty"`  // it runs without effect
	Forced  bool      `json:"forced,omitempty"`  // below the floor
	Removed bool      `json:"removed,omitempty"` // taken out of use
	Figures *Figures  `json:"figures,omitempty"` // of the back-test it was published on
}

// History is all releases, oldest first. It is only ever added to.
type History []Release

// Current returns the last release of a rule or scorecard that counts, or the
// last shadow release after it.
func (h History) Current(kind, id string, shadow bool) (Release, bool) {
	for _, r := range slices.Backward(h) {
		if r.Kind == kind && r.ID == id {
			if r.Shadow == shadow {
				return r, !r.Removed
			}
			if shadow {
				return Release{}, false // released for good since
			}
		}
	}
	return Release{}, false
}

// Used maps "id@version" of all releases of a kind to their hashes, for
// CheckLocks.
func (h History) Used(kind string) map[string][]string {
	used := map[string][]string{}
	for _, r := range h {
		if key := r.ID + "@" + r.Version; r.Kind == kind && !r.Removed && !r.Shadow {
			used[key] = append(used[key], r.Hash)
		}
	}
	return used
}

// Floor is what a rule has to reach in a back-test before it is published. A
// figure of 0 asks for nothing; figures are judged where there are labels. A
// rule that agrees with people less often than its live version is below the
// floor whatever the figures.
type Floor struct {
	Labels    int     `yaml:"labels" doc:"human judgements that each new or changed rule needs; default 0"`
	Precision float64 `yaml:"precision" doc:"share of hits that people confirm, 0 to 1; default 0.7"`
	Recall    float64 `yaml:"recall" doc:"share of what people see that is hit; default 0.5"`
	Kappa     float64 `yaml:"kappa" doc:"Cohen's kappa with people; default 0.4"`
	AC1       float64 `yaml:"ac1" doc:"Gwet's AC1 with people; default 0: not asked for"`
	Shift     float64 `yaml:"shift" doc:"points by which the mean score of a card may move; default 15, 0: any"`
}

// DefaultFloor asks for moderate agreement where people have judged.
func DefaultFloor() Floor { return Floor{Precision: 0.7, Recall: 0.5, Kappa: 0.4, Shift: 15} }

// Publication says who publishes, when and why.
type Publication struct {
	At     time.Time
	By     string
	Reason string
	Shadow bool // run beside the live rules, without effect
	Force  bool // although below the floor; needs a reason
}

// ErrBelowFloor marks a refusal to publish that force and a reason overcome.
var ErrBelowFloor = errors.New("below the floor")

// Publish returns the history with a release for each rule and scorecard of
// the draft that the live set does not have in this form, and for each that
// the draft no longer has. report is the draft's back-test against the live
// set. It refuses, with an error that wraps ErrBelowFloor and names each rule
// and figure, what does not reach the floor, unless it is forced or a shadow;
// and, with one that wraps models.ErrBadInput, a version that was used with
// other contents.
func Publish(h History, draft *Set, report *Report, floor Floor, p Publication) (History, error) {
	if p.By == "" || p.At.IsZero() {
		return nil, models.BadInput("publish: say who publishes, and when")
	}
	if p.Force && strings.TrimSpace(p.Reason) == "" {
		return nil, models.BadInput("publish: to force it, give a reason")
	}
	if err := draft.CheckLocks(h.Used("scorecard")); err != nil {
		return nil, err
	}
	if err := draft.rules.CheckLocks(h.Used("rule")); err != nil {
		return nil, err
	}
	below := floor.check(report)
	if len(below) > 0 && !p.Force && !p.Shadow {
		return nil, fmt.Errorf("%w: %s", ErrBelowFloor, strings.Join(below, "; "))
	}
	out := slices.Clone(h)
	add := func(r Release) {
		r.At, r.By, r.Reason, r.Shadow, r.Forced = p.At.UTC(), p.By, p.Reason, p.Shadow, p.Force && len(below) > 0
		if last, ok := out.Current(r.Kind, r.ID, p.Shadow); ok && last.Hash == r.Hash && last.Removed == r.Removed {
			return
		}
		out = append(out, r)
	}
	for i := range report.Rules {
		r := &report.Rules[i]
		switch r.Standing {
		case Added, Changed:
			figures := r.Figures
			add(Release{Kind: "rule", ID: r.Rule, Version: r.Version, Hash: draft.rules.Rule(r.Rule).Hash(), Figures: &figures})
		case Removed:
			add(Release{Kind: "rule", ID: r.Rule, Version: r.LiveVersion, Removed: true})
		}
	}
	for i := range report.Cards {
		switch r := &report.Cards[i]; r.Standing {
		case Added, Changed:
			card := draft.Card(r.Card)
			add(Release{Kind: "scorecard", ID: r.Card, Version: card.Version, Hash: card.hash})
		case Removed:
			add(Release{Kind: "scorecard", ID: r.Card, Removed: true})
		}
	}
	return out, nil
}

// check returns what does not reach the floor.
func (f Floor) check(report *Report) []string {
	var below []string
	for i := range report.Rules {
		r := &report.Rules[i]
		if r.Standing != Added && r.Standing != Changed {
			continue
		}
		if r.Figures.N < f.Labels {
			below = append(below, fmt.Sprintf("rule %s has %d human judgements of %d", r.Rule, r.Figures.N, f.Labels))
		}
		if r.Figures.N == 0 {
			continue // no figures to judge
		}
		if was, is := r.LiveHuman.errors(), r.Human.errors(); r.Standing == Changed && r.LiveHuman.N() == r.Human.N() && is > was {
			below = append(below, fmt.Sprintf("rule %s disagrees with people in %d of %d conversations, its live version in %d", r.Rule, is, r.Human.N(), was))
		}
		for _, v := range []struct {
			name string
			is   *float64
			want float64
		}{{"precision", r.Figures.Precision, f.Precision}, {"recall", r.Figures.Recall, f.Recall}, {"kappa", r.Figures.Kappa, f.Kappa}, {"AC1", r.Figures.AC1, f.AC1}} {
			switch {
			// Without a figure the other one speaks: no precision, there were no
			// hits; no recall, there was nothing to find.
			case v.want <= 0, v.is == nil:
			case *v.is < v.want:
				below = append(below, fmt.Sprintf("rule %s has a %s of %.3f, below %.3f", r.Rule, v.name, *v.is, v.want))
			}
		}
	}
	for i := range report.Cards {
		r := &report.Cards[i]
		if f.Shift > 0 && (r.MeanShift > f.Shift || r.MeanShift < -f.Shift) {
			below = append(below, fmt.Sprintf("scorecard %s moves by %+.2f points on average, more than %g", r.Card, r.MeanShift, f.Shift))
		}
	}
	return below
}

// Shadows returns the ids of the rules of a set that run without effect: those
// whose last release is a shadow.
func (h History) Shadows(set *rules.Set) []string {
	var out []string
	for _, r := range set.Rules() {
		if _, ok := h.Current("rule", r.ID, true); ok {
			out = append(out, r.ID)
		}
	}
	return out
}
