package qa

import (
	"context"

	"earshot/models"
)

// ShadowStep runs a draft beside the live rules and scorecards, without effect:
// it fills the section Shadow and nothing else. It comes after the live sets'
// steps and may be used from many goroutines.
type ShadowStep struct {
	release string
	draft   *Set
	rules   map[string]bool // those that the live set has not, or has otherwise
	cards   map[string]bool
}

// NewShadowStep returns the step for a draft beside a live set. release names
// the publication.
func NewShadowStep(release string, live, draft *Set) *ShadowStep {
	c := NewComparison(live, draft, nil)
	st := &ShadowStep{release: release, draft: draft, rules: map[string]bool{}, cards: map[string]bool{}}
	for id, r := range c.rules {
		st.rules[id] = r.Standing == Added || r.Standing == Changed
	}
	for id, r := range c.cards {
		st.cards[id] = r.Standing == Added || r.Standing == Changed
	}
	return st
}

// Name returns the step's name.
func (*ShadowStep) Name() string { return "shadow" }

// Run fills in what the draft says; nothing without a transcript.
func (st *ShadowStep) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in.Shadow = nil
	if in.Transcript == nil {
		return nil, nil
	}
	live := make(map[string]models.Outcome, len(in.Verdicts))
	for i := range in.Verdicts {
		live[in.Verdicts[i].Rule] = in.Verdicts[i].Outcome
	}
	judged := st.draft.judge(in)
	out := &models.Shadow{Release: st.release, By: st.draft.By()}
	for i := range judged.verdicts {
		v := &judged.verdicts[i]
		if st.rules[v.Rule] {
			out.Verdicts = append(out.Verdicts, models.ShadowVerdict{Rule: v.Rule, Version: v.Version, Outcome: v.Outcome, Live: live[v.Rule],
				Because: v.Because, Evidence: v.Evidence, By: v.By})
		}
	}
	for i := range judged.cards {
		card := &judged.cards[i]
		if !st.cards[card.Name] {
			continue
		}
		s := models.ShadowScore{Scorecard: card.Name, Version: card.Version, Score: card.Score, Passed: card.Passed, By: card.By}
		for k := range in.Scorecards {
			if in.Scorecards[k].Name == card.Name {
				s.Live = &in.Scorecards[k].Score
			}
		}
		out.Scores = append(out.Scores, s)
	}
	in.Shadow = out
	return []models.By{st.draft.By()}, nil
}

// CountShadow adds a conversation that a shadow has looked at to a comparison
// of the same live set and draft, without judging it again. Rules and cards
// that are the same in both are not counted.
func (c *Comparison) CountShadow(in *models.Interaction) {
	c.report.Interactions++
	if in.Shadow == nil {
		c.report.Skipped++
		return
	}
	for i := range in.Shadow.Verdicts {
		s := &in.Shadow.Verdicts[i]
		if c.rules[s.Rule] == nil {
			continue // the draft has changed since
		}
		draft := models.Verdict{Rule: s.Rule, Outcome: s.Outcome, Because: s.Because, Evidence: s.Evidence}
		var live *models.Verdict
		if s.Live != "" {
			live = &models.Verdict{Rule: s.Rule, Outcome: s.Live}
		}
		c.rule(in.ID, s.Rule, live, &draft)
	}
	var live, draft []models.Scorecard
	for i := range in.Shadow.Scores {
		s := &in.Shadow.Scores[i]
		if c.cards[s.Scorecard] == nil {
			continue
		}
		draft = append(draft, models.Scorecard{Name: s.Scorecard, Score: s.Score, Passed: s.Passed})
		for k := range in.Scorecards {
			if s.Live != nil && in.Scorecards[k].Name == s.Scorecard {
				live = append(live, in.Scorecards[k])
			}
		}
	}
	c.scores(in.ID, live, draft)
}
