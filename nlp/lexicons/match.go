package lexicons

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
func (d *Dictionary) Words(text string) []Match {
	folded := plainFolder.Fold(text)
	hits := d.Find(nil, text, &folded)
	out := make([]Match, len(hits))
	for i := range hits {
		h := &hits[i]
		l := d.lexicons[h.Lexicon()]
		out[i] = Match{From: h.From, To: h.To, Lexicon: l.ID, Category: l.Category, Entry: h.Entry().Text, Word: h.Said(), Score: h.Score}
	}
	return out
}
