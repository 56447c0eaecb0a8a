package qa

import (
	"context"

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
	return []models.By{st.set.By()}, nil
}
