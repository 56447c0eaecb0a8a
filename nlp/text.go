package nlp

import (
	"slices"

	"earshot/models"
	"earshot/models/fold"
	"earshot/models/script"
	"earshot/models/search"
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

// Phrases by which a text asks something; English ones stand as whole words.
var askingPhrases = search.NewExact([]string{"?", "吗", "么", "呢", "怎么", "为什么", "为啥", "什么时候", "多久", "哪里", "哪儿", "多少", "能不能", "可不可以", "是不是", "请您私信", "请您提供",
	"how", "when", "where", "why", "what", "which", "who", "can you", "could you", "please dm", "please send", "please provide", "please tell"})

// asks reports whether folded text asks something.
func asks(folded string) bool {
	found := search.BorrowMatches()
	defer search.ReturnMatches(found)
	*found = askingPhrases.Find(*found, folded)
	inWord := func(i int) bool { return i >= 0 && i < len(folded) && script.WordByte(folded[i]) }
	return slices.ContainsFunc(*found, func(m search.Match) bool {
		return !inWord(int(m.From)) || !inWord(int(m.From)-1) && !inWord(int(m.To))
	})
}
