package rules

import (
	"testing"

	"earshot/models"
)

// A verdict names a place once, though several conditions rest on it.
func TestEvidenceOnce(t *testing.T) {
	set := mustCompile(t, `rules:
  - id: waited
    version: "1"
    name: waited
    when: {all: [{dead_air: {time: over 10s}}, {dead_air: {time: over 20s}}, {words: {any: [refund], party: customer}}, {words: {any: [my refund]}}]}
`)
	in := &models.Interaction{ID: "once", Channel: models.Phone, Transcript: models.MustParse("C: where is my refund\n... 30s\nA: here")}
	v := set.Evaluate(in)[0]
	if v.Outcome != models.Hit {
		t.Fatalf("%s: %s", v.Outcome, v.Because)
	}
	var quotes []string
	for _, e := range v.Evidence {
		quotes = append(quotes, e.Quote)
	}
	if len(v.Evidence) != 3 || v.Evidence[0].End-v.Evidence[0].Start != 30_000 || quotes[1] != "refund" || quotes[2] != "my refund" {
		t.Errorf("evidence %+v", v.Evidence)
	}
	t.Log(v.Because)
}
