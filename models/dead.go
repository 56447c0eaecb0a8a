package models

import "time"

// Dead is a record that could not be processed, kept whole so that it can be
// replayed once its cause is mended.
type Dead struct {
	ID        ID        `json:"id,omitempty" jsonschema:"description=Of the interaction; empty if the record could not be read that far"`
	Channel   Channel   `json:"channel,omitempty"`
	Step      string    `json:"step" jsonschema:"description=Where it failed: ingest or decode or a step's name"`
	Reason    string    `json:"reason"`
	Code      string    `json:"code" jsonschema:"description=The reason's class for counting such as bad-input or crashed or timed-out"`
	Revision  Revision  `json:"revision,omitempty" jsonschema:"description=Of the record that failed; 0 if it never reached the log"`
	Source    string    `json:"source,omitempty" jsonschema:"description=The file and line or the topic and partition and offset it came from"`
	At        time.Time `json:"at"`
	Attempts  int       `json:"attempts"`
	Record    []byte    `json:"record,omitempty" jsonschema:"description=The record itself; empty where it was too large to keep"`
	Truncated bool      `json:"truncated,omitempty"`
}
