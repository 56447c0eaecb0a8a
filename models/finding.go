package models

// Finding is one thing a detector noticed: a claim with a score and the places
// it rests on. Findings are signals, not judgements; rules judge.
type Finding struct {
	Kind     string     `json:"kind" jsonschema:"description=Dotted name such as word.threat or silence.long"`
	Party    Party      `json:"party,omitempty" jsonschema:"description=Who said or caused it; empty: nobody in particular"`
	Score    float64    `json:"score" jsonschema:"minimum=0,maximum=1,description=How sure the detector is"`
	Value    float64    `json:"value,omitempty" jsonschema:"description=A measure in the unit the kind documents such as seconds"`
	Label    string     `json:"label,omitempty" jsonschema:"description=What exactly: the lexicon entry or the entity"`
	Severity int        `json:"severity,omitempty" jsonschema:"minimum=0,maximum=3,description=0 none; 1 note; 2 serious; 3 critical"`
	By       By         `json:"by"`
	Evidence []Evidence `json:"evidence"`
}

// Outcome is what a rule says of a conversation.
type Outcome string

// The outcomes. Unsure never costs points: it goes to a person.
const (
	Hit    Outcome = "hit"
	Miss   Outcome = "miss"
	Unsure Outcome = "unsure"
)

// Verdict is a rule's answer for one conversation.
type Verdict struct {
	Rule     string     `json:"rule"`
	Version  string     `json:"version"`
	Name     string     `json:"name,omitempty"`
	Outcome  Outcome    `json:"outcome" jsonschema:"enum=hit,enum=miss,enum=unsure"`
	Because  string     `json:"because" jsonschema:"description=One sentence for a person"`
	Severity int        `json:"severity,omitempty" jsonschema:"minimum=0,maximum=3"`
	Tags     []string   `json:"tags,omitempty"`
	Evidence []Evidence `json:"evidence,omitempty" jsonschema:"description=For a hit or unsure: where it happened"`
	Searched []Evidence `json:"searched,omitempty" jsonschema:"description=For a miss: the stretches that were searched"`
	By       By         `json:"by"`
}
