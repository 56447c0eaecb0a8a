// Package topics finds what conversations are about when nobody has said which
// topics there are. It reads what customers said, groups conversations that
// say alike, and names every group in the customers' own words. Chinese and
// English are grouped apart. The same documents and options give the same
// topics, in whatever order the documents come.
//
// Sentences become features (features.go), documents vectors of TF-IDF weights
// (Salton and Buckley 1988), and vectors groups by spherical k-means (Dhillon
// and Modha 2001), whose seeds and number come from the data (cluster.go).
package topics

import (
	"cmp"
	"slices"
	"time"

	"earshot/models"
)

// Document is what the customer said in one conversation.
type Document struct {
	ID      models.ID
	Started time.Time
	By      string // what to count apart within topics, such as the queue; may be empty
	Says    []Utterance
}

// Utterance is one turn of the customer.
type Utterance struct {
	Turn  int // its number in the conversation
	Start models.Millis
	End   models.Millis
	Text  string
}

// Options say how to look. The zero value of each but Since has a default.
type Options struct {
	Since    time.Time // what began before belongs to the period before
	Least    int       // fewest conversations of a topic, both periods together; 0: 1 in 200, at least 3
	Most     int       // most topics of a language; 0: 40
	Examples int       // most examples of a topic; 0: 3
}

// Topic is a group of conversations that say alike.
type Topic struct {
	Name     string    `json:"name"`     // its most telling phrases
	Phrases  []string  `json:"phrases"`  // the same, one by one
	Language string    `json:"language"` // zh or en
	Count    int       `json:"conversations"`
	Before   int       `json:"before"` // in the period before
	By       []Tally   `json:"by,omitempty"`
	Examples []Example `json:"examples"`
}

// Growth returns the change against the period before in percent; ok is false
// for a topic that is new.
func (t Topic) Growth() (percent float64, ok bool) {
	if t.Before == 0 {
		return 0, false
	}
	return 100 * (float64(t.Count)/float64(t.Before) - 1), true
}

// Tally is how many conversations of the period have a value.
type Tally struct {
	Value string `json:"value"`
	Count int    `json:"conversations"`
}

// Example is a conversation near the centre of a topic, with the sentence that
// shows it.
type Example struct {
	ID       models.ID       `json:"interaction_id"`
	Started  time.Time       `json:"started"`
	Nearness float64         `json:"nearness"` // cosine to the centre, 0 to 1
	Evidence models.Evidence `json:"evidence"`
}

// Result is what was found.
type Result struct {
	Topics []Topic `json:"topics"` // most conversations first
	Other  int     `json:"other"`  // conversations of the period without a topic
	Before int     `json:"other_before"`
	Of     []int   `json:"-"` // the topic of each document, as given; -1: none
}

func (o Options) with(n int) Options {
	if o.Least <= 0 {
		o.Least = n / 200
	}
	o.Least = max(o.Least, 3)
	o.Most = cmp.Or(max(o.Most, 0), 40)
	o.Examples = cmp.Or(max(o.Examples, 0), 3)
	return o
}

// Find groups documents by what they say.
func Find(docs []Document, o Options) Result {
	r := Result{Topics: []Topic{}, Of: make([]int, len(docs))}
	// Sums of floats depend on their order; that of IDs is always the same.
	order := make([]int, len(docs))
	for i := range order {
		order[i], r.Of[i] = i, -1
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(docs[a].ID, docs[b].ID), docs[a].Started.Compare(docs[b].Started))
	})
	parts := map[string][]*text{}
	for _, i := range order {
		t := read(&docs[i], i)
		parts[t.language] = append(parts[t.language], t)
	}
	var groups []group
	for _, language := range []string{"en", "zh"} {
		if texts := parts[language]; len(texts) > 0 {
			groups = append(groups, cluster(texts, language, o.with(len(texts)))...)
		}
	}
	found := make([]Topic, len(groups))
	rank := make([]int, len(groups))
	for g := range groups {
		found[g], rank[g] = groups[g].topic(o), g
	}
	slices.SortStableFunc(rank, func(a, b int) int {
		return cmp.Or(cmp.Compare(found[b].Count, found[a].Count), cmp.Compare(found[b].Before, found[a].Before), cmp.Compare(found[a].Name, found[b].Name))
	})
	for place, g := range rank {
		r.Topics = append(r.Topics, found[g])
		for _, t := range groups[g].texts {
			r.Of[t.index] = place
		}
	}
	for i, topic := range r.Of {
		switch {
		case topic >= 0:
		case docs[i].Started.Before(o.Since):
			r.Before++
		default:
			r.Other++
		}
	}
	return r
}
