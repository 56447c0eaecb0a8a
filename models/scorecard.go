package models

// Answer is how one question of a scorecard came out.
type Answer string

// The answers. NA leaves the denominator; AnswerUnsure deducts nothing and
// asks for review.
const (
	Pass         Answer = "pass"
	Fail         Answer = "fail"
	NA           Answer = "n/a"
	AnswerUnsure Answer = "unsure"
)

// Scorecard is a filled-in quality form for one conversation.
type Scorecard struct {
	Name     string  `json:"name"`
	Title    string  `json:"title,omitempty"`
	Version  string  `json:"version"`
	Score    float64 `json:"score" jsonschema:"minimum=0,maximum=100,description=100 x points / possible; 0 after an auto-fail"`
	Points   float64 `json:"points"`
	Possible float64 `json:"possible" jsonschema:"description=Sum of weights of the questions that applied"`
	AutoFail bool    `json:"auto_fail"`
	Passed   bool    `json:"passed" jsonschema:"description=The score reaches the form's pass mark and no auto-fail"`
	Review   bool    `json:"review" jsonschema:"description=A person should look: an answer was unsure or an auto-fail struck"`
	Items    []Item  `json:"items"`
	By       By      `json:"by"`
	With     []By    `json:"with,omitempty" jsonschema:"description=Everything else the score rests on: what made the transcript and the findings and the verdicts with the hashes of models and lexicons and rules and prompts"`
}

// Item is one question of a scorecard with its answer and why.
type Item struct {
	Question string     `json:"question" jsonschema:"description=The question's id in the form"`
	Section  string     `json:"section,omitempty"`
	Text     string     `json:"text,omitempty"`
	Rule     string     `json:"rule,omitempty"`
	Answer   Answer     `json:"answer" jsonschema:"enum=pass,enum=fail,enum=n/a,enum=unsure"`
	Points   float64    `json:"points"`
	Possible float64    `json:"possible"`
	AutoFail bool       `json:"auto_fail,omitempty"`
	Because  string     `json:"because,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty"`
}
