package nlp

import (
	"slices"

	"earshot/models"
)

// Fact is something that was counted or said, with the conversations it rests
// on. Texts about many conversations are made of facts.
type Fact struct {
	Text  string      `json:"text"`
	Calls []models.ID `json:"calls"`
}

// Sentence is a sentence about many conversations.
type Sentence struct {
	Text  string      `json:"text"`
	Facts []int       `json:"facts"` // indices of the facts it rests on
	Calls []models.ID `json:"calls"` // conversations that show it
}

// Sentences returns the facts themselves as sentences: the extractive form of
// a text about many conversations.
func Sentences(facts []Fact) []Sentence {
	out := make([]Sentence, len(facts))
	for i, f := range facts {
		out[i] = Sentence{Text: f.Text, Facts: []int{i}, Calls: f.Calls}
	}
	return out
}

// CheckSentence returns the sentence that text makes on the facts with the
// given indices, or an *Unsupported: the facts have to exist, one of them has to
// name a conversation, and they have to support the text, see Supported.
func CheckSentence(text string, facts []Fact, on []int) (Sentence, error) {
	s := Sentence{Text: text}
	var sources []Source
	for _, i := range on {
		if i < 0 || i >= len(facts) {
			return s, unsupported("citation", "fact %d of %d", i, len(facts))
		}
		if slices.Contains(s.Facts, i) {
			continue
		}
		s.Facts = append(s.Facts, i)
		sources = append(sources, Source{models.System, facts[i].Text})
		for _, id := range facts[i].Calls {
			if !slices.Contains(s.Calls, id) {
				s.Calls = append(s.Calls, id)
			}
		}
	}
	if len(s.Calls) == 0 {
		return s, unsupported("citation", "no conversation shows %q", text)
	}
	return s, Supported(text, sources)
}
