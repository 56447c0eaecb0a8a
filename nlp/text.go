package nlp

import (
	"slices"

	"earshot/models"
)

// Match is a phrase of a lexicon found in a text.
type Match struct {
	From, To int // bytes of the text
	Lexicon  string
	Category string
	Entry    string  // as the lexicon writes it
	Word     string  // what was found of it, folded: the entry in one of its forms
	Score    float64 // 1 where it stands as written, less where it is hidden
}

// Words returns the phrases in one text, whoever said it.
func (s *Step) Words(text string) []Match {
	d := s.data.Load().dictionary
	folded := searchFolder.Fold(text)
	hits := d.find(text, &folded)
	out := make([]Match, len(hits))
	for i, h := range hits {
		l := d.lexicons[h.word.lexicon]
		out[i] = Match{From: h.from, To: h.to, Lexicon: l.ID, Category: l.Category, Entry: h.word.entry.Text, Word: string(h.word.letters), Score: h.score}
	}
	return out
}

// Feel returns how one text of a customer feels and the feelings it names,
// sorted by name.
func (s *Step) Feel(text string) (Sentiment, []string) {
	in := &models.Interaction{Channel: models.WebChat, Transcript: &models.Transcript{Turns: []models.Turn{{Party: models.Customer, Text: text}}}}
	c := &Conversation{in: in, data: s.data.Load(), turns: 1}
	searchFolder.FoldInto(&c.folded, text)
	if len(c.folded.Runes) == 0 {
		return Sentiment{Neutral: 1}, nil
	}
	wordDetector{c.data.dictionary}.turn(c)
	sentiment, named, _ := feel(c)
	var names []string
	for _, f := range feelings {
		if f.score(sentiment, named, 0) >= leastFeeling {
			names = append(names, f.name)
		}
	}
	slices.Sort(names)
	return sentiment, names
}

// asks reports whether folded text asks something.
func asks(folded string) bool { return askingPhrase.MatchString(folded) }
