package qa

import (
	"context"
	"slices"

	"earshot/models"
)

// Step fills the scorecards of interactions. It may be used from many
// goroutines.
type Step struct{ set *Set }

// NewStep returns the step that fills in the scorecards of a set.
func NewStep(set *Set) *Step { return &Step{set} }

// Name returns the step's name.
func (*Step) Name() string { return "qa" }

// Run replaces the scorecards of in, from its verdicts and findings.
func (st *Step) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in.Scorecards = st.set.Score(in)
	with := madeWith(in)
	for i := range in.Scorecards {
		in.Scorecards[i].With = with
	}
	return []models.By{st.set.By()}, nil
}

// madeWith names what made everything that scores rest on: the transcript, and
// what the steps before did, as their last entries in the trace say. Each is
// there once, in the order of the steps.
func madeWith(in *models.Interaction) []models.By {
	var all []models.By
	add := func(list []models.By) {
		for _, by := range list {
			if !slices.Contains(all, by) {
				all = append(all, by)
			}
		}
	}
	if in.Transcript != nil {
		add(in.Transcript.By)
	}
	for i := range in.Trace {
		t := &in.Trace[i]
		later := slices.ContainsFunc(in.Trace[i+1:], func(other models.Trace) bool { return other.Step == t.Step && other.Error == "" })
		if t.Error == "" && !later && !slices.Contains(afterScoring, t.Step) {
			add(t.By)
		}
	}
	return all
}

// afterScoring are the steps that scores do not rest on: a conversation that is
// scored again has them in its trace already.
var afterScoring = []string{"qa", "shadow"}
