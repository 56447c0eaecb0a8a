package models

// Shadow is what a draft of rules and scorecards that runs without effect says
// of a conversation, beside what the live ones say.
type Shadow struct {
	Release  string          `json:"release"` // the publication that runs as a shadow
	Verdicts []ShadowVerdict `json:"verdicts,omitempty"`
	Scores   []ShadowScore   `json:"scores,omitempty"`
	By       By              `json:"by"`
}

// ShadowVerdict is the verdict of a rule that the draft has and the live set
// has not, or has otherwise.
type ShadowVerdict struct {
	Rule     string     `json:"rule"`
	Version  string     `json:"version"`
	Outcome  Outcome    `json:"outcome"`
	Live     Outcome    `json:"live,omitempty"` // empty: there is no live rule, or it does not apply
	Because  string     `json:"because,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
	By       By         `json:"by"`
}

// ShadowScore is the score of a scorecard under the draft.
type ShadowScore struct {
	Scorecard string   `json:"scorecard"`
	Version   string   `json:"version"`
	Score     float64  `json:"score"`
	Passed    bool     `json:"passed"`
	Live      *float64 `json:"live,omitempty"` // nil: the live set has no such card, or it does not apply
	By        By       `json:"by"`
}
