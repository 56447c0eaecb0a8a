package models

import (
	"slices"
	"unicode/utf8"
)

// Party is a role in a conversation.
type Party string

// The parties. System is an IVR prompt, a bot or an automatic notice; Unknown
// is speech that could not be attributed.
const (
	Customer Party = "customer"
	Agent    Party = "agent"
	System   Party = "system"
	Unknown  Party = "unknown"
)

// Parties lists every party.
func Parties() []Party { return []Party{Customer, Agent, System, Unknown} }

// Validate returns an error if p is no known party.
func (p Party) Validate() error {
	if !slices.Contains(Parties(), p) {
		return BadInput("party %.40q: want one of %v", string(p), Parties())
	}
	return nil
}

// Grade says how the parties of a transcript were told apart, best first.
type Grade string

// The grades.
const (
	GradeText   Grade = "text"   // written messages, each with its sender
	GradeStereo Grade = "stereo" // a channel a party
	GradeMono   Grade = "mono"   // one channel, parties attributed by a stated method
)

// Transcript is what was said or written, in the order of turn starts.
type Transcript struct {
	Language string   `json:"language,omitempty"`
	Grade    Grade    `json:"grade,omitempty" jsonschema:"enum=text,enum=stereo,enum=mono"`
	Length   Millis   `json:"length_ms,omitempty" jsonschema:"minimum=0,description=Of the recording or from first to last message"`
	By       []By     `json:"by,omitempty"`
	Turns    []Turn   `json:"turns"`
	Events   []Event  `json:"events,omitempty"`
	Notes    []string `json:"notes,omitempty" jsonschema:"description=What a reader should know: fake stereo found; channel empty"`
}

// Turn is one party speaking or writing without the other taking over.
type Turn struct {
	Party      Party   `json:"party" jsonschema:"enum=customer,enum=agent,enum=system,enum=unknown"`
	Start      Millis  `json:"start_ms" jsonschema:"minimum=0"`
	End        Millis  `json:"end_ms" jsonschema:"minimum=0"`
	Text       string  `json:"text"`
	Language   string  `json:"language,omitempty"`
	Confidence float64 `json:"confidence,omitempty" jsonschema:"minimum=0,maximum=1,description=Mean word probability; 0: not known (text channels)"`
	NoSpeech   float64 `json:"no_speech,omitempty" jsonschema:"minimum=0,maximum=1,description=Probability that nobody spoke"`
	Words      []Word  `json:"words,omitempty"`
	Tone       *Tone   `json:"tone,omitempty"`
}

// Word is one recognised word, or for Chinese one recognised piece.
type Word struct {
	From       int     `json:"from" jsonschema:"minimum=0,description=Byte offset in the turn's text"`
	To         int     `json:"to" jsonschema:"minimum=0"`
	Start      Millis  `json:"start_ms"`
	End        Millis  `json:"end_ms"`
	Confidence float64 `json:"confidence" jsonschema:"minimum=0,maximum=1"`
}

// Tone is how a turn sounded.
type Tone struct {
	Loudness float64 `json:"loudness_db" jsonschema:"description=Mean level of the voiced parts in dB below full scale"`
	Pitch    float64 `json:"pitch_hz,omitempty" jsonschema:"description=Median fundamental frequency; 0: none found"`
	Voiced   float64 `json:"voiced,omitempty" jsonschema:"minimum=0,maximum=1,description=Share of frames with a pitch"`
	Pace     float64 `json:"pace,omitempty" jsonschema:"description=Chinese characters or English words a minute of speech"`
}

// Event is a stretch of a recording that is not conversation.
type Event struct {
	Kind  string `json:"kind" jsonschema:"enum=music,enum=ringing,enum=beep,enum=prompt,enum=noise"`
	Party Party  `json:"party,omitempty" jsonschema:"description=Whose channel it was heard on"`
	Start Millis `json:"start_ms"`
	End   Millis `json:"end_ms"`
}

// Validate returns an error that wraps ErrBadInput if a turn has an unknown
// party, text that is not UTF-8, or times out of order.
func (t *Transcript) Validate() error {
	if len(t.Turns) > MaxTurns {
		return BadInput("%d turns: at most %d in one interaction; split it", len(t.Turns), MaxTurns)
	}
	previous := Millis(0)
	for i := range t.Turns {
		turn := &t.Turns[i]
		if err := turn.Party.Validate(); err != nil {
			return BadInput("turn %d: %w", i, err)
		}
		if !utf8.ValidString(turn.Text) || len(turn.Text) > MaxTurnBytes {
			return BadInput("turn %d: the text is not UTF-8, or longer than %d bytes", i, MaxTurnBytes)
		}
		if turn.Start < 0 || turn.End < turn.Start {
			return BadInput("turn %d: start_ms %d and end_ms %d: want 0 <= start_ms <= end_ms", i, turn.Start, turn.End)
		}
		if turn.Start < previous {
			return BadInput("turn %d: starts before turn %d: sort the turns by start_ms", i, i-1)
		}
		previous = turn.Start
		for k, w := range turn.Words {
			if w.From < 0 || w.To < w.From || w.To > len(turn.Text) {
				return BadInput("turn %d: word %d: bytes %d to %d do not lie in its text", i, k, w.From, w.To)
			}
		}
	}
	return nil
}

// End returns the time at which the last turn ends, or Length if that is later.
func (t *Transcript) End() Millis {
	end := t.Length
	for i := range t.Turns {
		end = max(end, t.Turns[i].End)
	}
	return end
}
