package nlp

import (
	"slices"

	"earshot/models"
	"earshot/models/fold"
	"earshot/nlp/feelings"
	"earshot/nlp/lexicons"
)

// Words returns the phrases in one text, whoever said it.
func (s *Step) Words(text string) []lexicons.Match { return s.data.Load().dictionary.Words(text) }

// Feel returns how one text of a customer feels and the feelings it names,
// sorted by name.
func (s *Step) Feel(text string) (feelings.Sentiment, []string) {
	in := &models.Interaction{Channel: models.WebChat, Transcript: &models.Transcript{Turns: []models.Turn{{Party: models.Customer, Text: text}}}}
	c := &Conversation{in: in, data: s.data.Load(), turns: 1, folded: new(fold.Text)}
	searchFolder.FoldInto(c.folded, text)
	if len(c.folded.Runes) == 0 {
		return feelings.Sentiment{Neutral: 1}, nil
	}
	wordDetector{c.data.dictionary, c.data.finds}.turn(c)
	feeling := feel(c)
	var names []string
	for k := range namedFeelings {
		if feeling.score(k) >= leastFeeling {
			names = append(names, namedFeelings[k].name)
		}
	}
	slices.Sort(names)
	return feeling.Sentiment, names
}
