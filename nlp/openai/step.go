package openai

import (
	"context"

	"earshot/models"
	"earshot/nlp"
)

// Step writes summaries in the pipeline, behind the scorecards: it knows what
// is flagged, and nothing it writes can reach a rule.
type Step struct {
	client *Client
}

// NewStep returns a Step on c.
func NewStep(c *Client) *Step { return &Step{c} }

// Name returns "llm".
func (s *Step) Name() string { return "llm" }

// Run puts the model's summary in place of the extractive one. Where no
// summary could be had it leaves that, with the reason in Missing, and returns
// no error: a model that is down stops nothing. A summary that a model wrote
// stays.
func (s *Step) Run(ctx context.Context, in *models.Interaction) ([]models.By, error) {
	if in.Transcript == nil || len(in.Transcript.Turns) == 0 || in.Summary != nil && in.Summary.Method == "llm" {
		return nil, nil
	}
	if s.client.config.For == "flagged" && !Flagged(in) {
		return nil, nil
	}
	summary, err := s.write(ctx, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err != nil {
		left := models.Summary{Method: "extractive"}
		if in.Summary != nil {
			left = *in.Summary
		} else {
			left = *nlp.Extract(in, in.Findings, models.By{Name: "nlp", Version: nlp.Version})
		}
		left.Missing = reason(err)
		in.Summary = &left
		s.client.log.Warn("no summary by the language model", "id", in.ID, "reason", left.Missing)
		return nil, nil
	}
	in.Summary = summary
	return []models.By{summary.By}, nil
}

func (s *Step) write(ctx context.Context, in *models.Interaction) (*models.Summary, error) {
	ctx, free, err := s.client.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	return s.client.Summarise(ctx, in)
}

// Flagged reports whether a conversation needs a person's look: a serious
// verdict, or a scorecard that was not passed.
func Flagged(in *models.Interaction) bool {
	for i := range in.Verdicts {
		if v := &in.Verdicts[i]; v.Outcome == models.Hit && v.Severity >= 2 {
			return true
		}
	}
	for i := range in.Scorecards {
		if !in.Scorecards[i].Passed {
			return true
		}
	}
	return false
}
