// Package brief puts what became of a period's complaints into words, Chinese
// or English: sentences made from figures by templates, each with conversations
// that show it. It is pure: it gets numbers, and asks nobody.
package brief

import (
	"time"

	"earshot/models"
)

// Figures are what a brief is made of. "Before" is as long a time before the
// period.
type Figures struct {
	From, To      time.Time // To does not count in
	Conversations Count
	Complaints    Count
	Causes        []Cause // the largest first
	Unknown       Count   // complaints without a known cause
	Places        []Place
	Bursts        []Burst
	Topics        []Topic
	Unresolved    Count        // complaints that were left unresolved
	Again         Count        // complaints of customers who had been in touch before about it
	Threats       Count        // conversations in which a customer threatens to go public or to an authority
	Broken        Count        // promises that were broken
	Satisfaction  Satisfaction // predicted
}

// Count is how often something happened, and conversations that show it.
type Count struct {
	Now, Before int
	Calls       []models.ID
}

// Cause is one cause of complaints.
type Cause struct {
	Label string // branch/field/cause
	Count
	Said []Quote // how customers put it
}

// Quote is what a customer said in a conversation.
type Quote struct {
	Call models.ID
	Text string
}

// Place is a product, region, channel or queue with more complaints than its
// conversations let expect.
type Place struct {
	Dimension, Value string
	Complaints       int
	Conversations    int
	Calls            []models.ID
}

// Burst is a spell of complaints far above what is usual.
type Burst struct {
	From, To         time.Time
	Dimension, Value string // empty: all complaints
	Count            int
	Usual            float64
	Drivers          []Driver // that more than half of it has
	Calls            []models.ID
}

// Driver is a value that most of a burst's complaints have.
type Driver struct{ Dimension, Value string }

// Topic is what complaints without a known cause speak of, in the customers'
// words.
type Topic struct {
	Name string
	Count
}

// Satisfaction is predicted, 1 to 5, on average; 0: nobody knows.
type Satisfaction struct {
	Now, Before float64
	Calls       []models.ID // the least satisfied
}

// Section is what a brief says on one subject.
type Section struct {
	Subject string        `json:"subject"` // for people
	Facts   []models.Fact `json:"facts"`
}

// Facts returns those of all sections, in their order.
func Facts(sections []Section) []models.Fact {
	var all []models.Fact
	for _, s := range sections {
		all = append(all, s.Facts...)
	}
	return all
}
