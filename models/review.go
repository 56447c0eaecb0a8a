package models

import "time"

// Review is what a person decided about one answer of the machine: about a
// question of a filled-in scorecard, or about a rule's verdict by itself. It
// stands beside the machine's own, which stays as it was; of several by one
// person on the same the latest counts.
type Review struct {
	Interaction ID        `json:"interaction_id"`
	At          time.Time `json:"at"`
	By          string    `json:"by"` // who decided
	Scorecard   string    `json:"scorecard,omitempty"`
	Question    string    `json:"question,omitempty"`
	Answer      Answer    `json:"answer,omitempty"` // of a question: pass, fail or n/a
	Rule        string    `json:"rule,omitempty"`   // the rule that the decision is about
	Label       Outcome   `json:"label,omitempty"`  // whether it should hit: hit or miss; empty: the decision does not say
	Reason      string    `json:"reason,omitempty"`
	// What the machine had said, and in which version.
	Machine string `json:"machine,omitempty"` // an answer or an outcome
	Version string `json:"version,omitempty"` // of the scorecard, or else of the rule
	Hash    string `json:"hash,omitempty"`
}

// FinalScore is a scorecard after people's decisions, beside the machine's.
type FinalScore struct {
	Interaction ID        `json:"interaction_id"`
	Scorecard   string    `json:"scorecard"`
	Version     string    `json:"version"` // of the form it was worked out with
	Hash        string    `json:"hash"`
	At          time.Time `json:"at"` // of the latest decision
	By          string    `json:"by"` // who made it
	Machine     float64   `json:"machine"`
	Score       float64   `json:"score"`
	Passed      bool      `json:"passed"`
	AutoFail    bool      `json:"auto_fail"`
	Open        bool      `json:"open"`    // questions are left that nobody has decided
	Changed     int       `json:"changed"` // answers that people changed
}
