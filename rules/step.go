package rules

import (
	"context"

	"earshot/models"
)

// Step fills the verdicts of interactions. It may be used from many
// goroutines.
type Step struct{ set *Set }

// NewStep returns the step that evaluates a set.
func NewStep(set *Set) *Step { return &Step{set} }

// Name returns the step's name.
func (*Step) Name() string { return "rules" }

// Run replaces the verdicts of in, which has none if it has no transcript.
func (st *Step) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in.Verdicts = st.set.Evaluate(in)
	return []models.By{st.set.By()}, nil
}
