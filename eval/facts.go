package eval

import (
	"slices"
	"strings"
)

// FactsItem is a conversation and all that is said of it by findings of some
// kinds and by rules: a kind such as word.greeting, a kind with its label, such as
// contact.reason=delivery/late, or a rule that hits, such as rule.complaint.
type FactsItem struct {
	Turns    []LabelledTurn `json:"turns"`
	Language string         `json:"language"`
	Channel  string         `json:"channel,omitempty"` // as models.Channel has it; empty: web_chat
	Facts    []string       `json:"facts"`
	Kinds    []string       `json:"kinds,omitempty"` // looked for in all items though facts may name none
}

// LabelledTurn is one turn of a conversation.
type LabelledTurn struct {
	Party string `json:"party"` // customer or agent
	Text  string `json:"text"`
}

// FactsReport is how well facts were found. A conversation counts once for each
// fact.
type FactsReport struct {
	N         int                `json:"n"` // conversations
	Recall    float64            `json:"recall"`
	Precision float64            `json:"precision"`
	F1        float64            `json:"f1"`
	Facts     map[string]*Counts `json:"facts"`            // by kind
	ByLang    map[string]float64 `json:"f1_by_language"`   // over all kinds
	Missed    []string           `json:"missed,omitempty"` // the first hundred: fact, tab, first turn
	False     []string           `json:"not_labelled,omitempty"`
}

// FactKinds returns the kinds that any item names: only these are measured.
func FactKinds(items []FactsItem) map[string]bool {
	kinds := map[string]bool{}
	for _, item := range items {
		for _, k := range item.Kinds {
			kinds[k] = true
		}
		for _, f := range item.Facts {
			kind, _, _ := strings.Cut(f, "=")
			kinds[kind] = true
		}
	}
	return kinds
}

// Facts compares what was found in each item, in the form of its facts, with
// what is said of it. Kinds that no item names do not count.
func Facts(items []FactsItem, found [][]string) FactsReport {
	r := FactsReport{N: len(items), Facts: map[string]*Counts{}, ByLang: map[string]float64{}}
	kinds := FactKinds(items)
	var all Counts
	languages := map[string]*Counts{}
	for i, item := range items {
		if languages[item.Language] == nil {
			languages[item.Language] = &Counts{}
		}
		for fact := range union(item.Facts, found[i]) {
			kind, _, _ := strings.Cut(fact, "=")
			if !kinds[kind] {
				continue
			}
			if r.Facts[kind] == nil {
				r.Facts[kind] = &Counts{}
			}
			labelled, told := slices.Contains(item.Facts, fact), slices.Contains(found[i], fact)
			for _, c := range []*Counts{&all, languages[item.Language], r.Facts[kind]} {
				switch {
				case labelled && told:
					c.True++
				case labelled:
					c.Missed++
				default:
					c.False++
				}
			}
			example := fact
			if len(item.Turns) > 0 {
				example += "\t" + item.Turns[0].Text
			}
			switch {
			case labelled && !told && len(r.Missed) < maxExamples:
				r.Missed = append(r.Missed, example)
			case told && !labelled && len(r.False) < maxExamples:
				r.False = append(r.False, example)
			}
		}
	}
	all.finish()
	r.Recall, r.Precision, r.F1 = all.Recall, all.Precision, all.F1
	for _, c := range r.Facts {
		c.finish()
	}
	for l, c := range languages {
		c.finish()
		r.ByLang[l] = c.F1
	}
	slices.Sort(r.Missed)
	slices.Sort(r.False)
	return r
}

func union(a, b []string) map[string]bool {
	all := map[string]bool{}
	for _, s := range slices.Concat(a, b) {
		all[s] = true
	}
	return all
}
