package eval

import (
	"slices"
	"strings"
)

// ReasonItem is a conversation and why the customer is in touch.
type ReasonItem struct {
	Language string
	Right    []string // field/reason: any of them is right
	Told     string   // what was found; empty: nothing
}

// ReasonsReport is how well reasons are told.
type ReasonsReport struct {
	N     int `json:"n"`
	Told  int `json:"told"`
	Field int `json:"field"` // of those told, with the right field
	Right int `json:"right"` // and the right reason

	Precision      float64 `json:"precision"` // share of those told
	Recall         float64 `json:"recall"`    // share of all
	FieldPrecision float64 `json:"field_precision"`
	FieldRecall    float64 `json:"field_recall"`
}

// Reasons compares what was told with what is right, by language and in all,
// under the name "".
func Reasons(items []ReasonItem) map[string]*ReasonsReport {
	all := map[string]*ReasonsReport{"": {}}
	for _, item := range items {
		if all[item.Language] == nil {
			all[item.Language] = &ReasonsReport{}
		}
		field, _, _ := strings.Cut(item.Told, "/")
		for _, r := range []*ReasonsReport{all[""], all[item.Language]} {
			r.N++
			if item.Told == "" {
				continue
			}
			r.Told++
			if slices.ContainsFunc(item.Right, func(right string) bool { return strings.HasPrefix(right, field+"/") }) {
				r.Field++
			}
			if slices.Contains(item.Right, item.Told) {
				r.Right++
			}
		}
	}
	for _, r := range all {
		r.Precision, r.Recall = share(r.Right, r.Told), share(r.Right, r.N)
		r.FieldPrecision, r.FieldRecall = share(r.Field, r.Told), share(r.Field, r.N)
	}
	return all
}
