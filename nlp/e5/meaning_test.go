package e5

import (
	"testing"

	"earshot/models"
	"earshot/nlp"
)

// TestTells: with the model and the heads that ship, sentences are told by what
// they mean that no word list knows, and plain ones are left alone.
func TestTells(t *testing.T) {
	c := nlp.Default()
	c.Meaning = nlp.MeaningAll
	step, err := nlp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := step.WithEmbedder(open(t)); err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct{ dialogue, kind string }{
		{"C: Three weeks of ringing round and all I get is somebody reading me the same script.", "word.dissatisfied"},
		{"C: 这东西拿到手跟被狗啃过一样，没法看", "word.dissatisfied"},
		{"C: 这事我前前后后跟你们不同的人讲了四回，每次都得从头来", "word.dissatisfied"},
		{"C: Fourth person I've explained this to since Monday.", "word.repeat"},
		{"C: Right, I'm putting the whole saga on the local news page tonight.", "word.threat"},
		{"C: I'll have the blue one then, and it's for my sister.", ""},
		{"C: 那就蓝色的吧，是给我妹妹买的", ""},
		{"A: The branch in the high street is open until five on Saturdays.", ""},
	} {
		in := &models.Interaction{Channel: models.WebChat, Transcript: models.MustParse(e.dialogue)}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		kinds := map[string]float64{}
		for _, f := range in.Findings {
			if f.By.Name == "meaning" {
				kinds[f.Kind] = f.Score
			}
		}
		if e.kind == "" && len(kinds) > 0 || e.kind != "" && kinds[e.kind] == 0 {
			t.Errorf("%s: want %q, found %v", e.dialogue, e.kind, kinds)
		}
	}
}
