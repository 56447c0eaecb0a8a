package nlp

import (
	"slices"

	"earshot/models"
)

//go:generate go test -run TestReference -update .

// detector watches one conversation. It looks back, never ahead.
type detector interface {
	// turn looks at the last turn of c, with those before it.
	turn(c *Conversation)
	// close looks at the conversation once it is over; it is called once.
	close(c *Conversation)
}

// spec describes a detector: what it is called, what it finds, and dialogues
// that show it. Each detector's file registers one.
type spec struct {
	Name    string
	Doc     string
	Kinds   []Kind
	Order   int // of detectors that build on others; the rest is 0
	new     func(*data) detector
	Finds   []Example
	Ignores []Example
}

// Kind is one kind of finding.
type Kind struct {
	Name  string // the last part may be * for an open set
	Doc   string
	Value string // what Value holds, and its unit
	Label string // what Label holds
}

// Example is a dialogue in which a kind is found, or is not.
type Example struct {
	Dialogue string
	Kind     string
	Quote    string // of the first finding's evidence; empty: not checked
	Label    string // of the first finding; empty: not checked
	Channel  models.Channel
}

var detectors []spec

func register(s spec) {
	detectors = append(detectors, s)
	slices.SortStableFunc(detectors, func(a, b spec) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}
