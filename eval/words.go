package eval

import (
	"strings"
	"unicode/utf8"

	"earshot/models/fold"
)

// WordsItem is a text and the words that should be found in it, once for each
// time they stand there. A word may be written otherwise than in the text, if
// the text hides it.
type WordsItem struct {
	Text     string   `json:"text"`
	Language string   `json:"language"`
	Words    []string `json:"words"`
}

// FoundWord is a place where a word was found.
type FoundWord struct {
	From, To int    // bytes of the text
	Word     string // the entry that was found
	Score    float64
}

// WordsReport is how well words were found.
type WordsReport struct {
	N          int      `json:"n"` // texts
	Expected   int      `json:"expected"`
	Recall     float64  `json:"recall"`
	Precision  float64  `json:"precision"`
	F1         float64  `json:"f1"`
	FalseHits  int      `json:"false_hits"`
	PerMillion float64  `json:"false_hits_per_million_characters"`
	Characters int      `json:"characters"`
	Clean      int      `json:"clean_characters"` // of texts without a word to find
	CleanHits  int      `json:"false_hits_in_clean_texts"`
	Missed     []string `json:"missed,omitempty"`     // the first hundred: word, tab, text
	Unexpected []string `json:"unexpected,omitempty"` // the first hundred false hits: word, tab, text

	Vocabulary int          `json:"vocabulary,omitempty"` // words that were looked for, where they are those of the data
	Plain      *WordsReport `json:"plain,omitempty"`      // the same words looked for as they are, in any case
	Lexicons   *WordsReport `json:"lexicons,omitempty"`   // the lexicons in use over the same texts
}

// Vocabulary returns the words of all items, each once, in the order of their
// first appearance.
func Vocabulary(items []WordsItem) []string {
	seen := map[string]bool{}
	var out []string
	for _, item := range items {
		for _, w := range item.Words {
			if w != "" && !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	return out
}

// Plainly finds words as a search without any folding but that of case does:
// every one at every place.
func Plainly(text string, words []string) []FoundWord {
	var out []FoundWord
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		lower = text // a letter whose small form has another length
	}
	for _, w := range words {
		small := strings.ToLower(w)
		for at := 0; ; {
			n := strings.Index(lower[at:], small)
			if n < 0 {
				break
			}
			out = append(out, FoundWord{From: at + n, To: at + n + len(small), Word: w, Score: 1})
			at += n + len(small)
		}
	}
	return out
}

const maxExamples = 100

var wordFolder = fold.New(fold.Tight)

// Words compares what was found in each item with what is in it. found has an
// element for each item.
func Words(items []WordsItem, found [][]FoundWord) WordsReport {
	var r WordsReport
	var c Counts
	for i, item := range items {
		r.N++
		r.Characters += utf8.RuneCountInString(item.Text)
		used := make([]bool, len(found[i]))
		at := map[string]int{} // where to look for the next one of a word
		for _, w := range item.Words {
			r.Expected++
			from, to := -1, -1
			if n := strings.Index(item.Text[at[w]:], w); n >= 0 && w != "" {
				from = at[w] + n
				to = from + len(w)
				at[w] = to
			}
			if markFound(item.Text, w, from, to, found[i], used) {
				c.True++
				continue
			}
			c.Missed++
			if len(r.Missed) < maxExamples {
				r.Missed = append(r.Missed, w+"\t"+item.Text)
			}
		}
		clean := len(item.Words) == 0
		if clean {
			r.Clean += utf8.RuneCountInString(item.Text)
		}
		for k, u := range used {
			if u {
				continue
			}
			c.False++
			if clean {
				r.CleanHits++
			}
			if len(r.Unexpected) < maxExamples {
				r.Unexpected = append(r.Unexpected, found[i][k].Word+"\t"+item.Text)
			}
		}
	}
	c.finish()
	r.Recall, r.Precision, r.F1, r.FalseHits = c.Recall, c.Precision, c.F1, c.False
	if r.Characters > 0 {
		r.PerMillion = 1e6 * float64(c.False) / float64(r.Characters)
	}
	return r
}

// markFound marks what was found of word w and reports whether anything was.
// Where the text hides the word, another word that is nearly the same may have
// been found in its place: lists have 鸡吧 beside 鸡巴.
func markFound(text, w string, from, to int, found []FoundWord, used []bool) bool {
	hit := false
	for k, f := range found {
		if from >= 0 && f.From < to && from < f.To {
			hit, used[k] = true, true
		}
	}
	if from >= 0 {
		return hit
	}
	want := folded(w)
	for _, same := range []func(FoundWord) bool{
		func(f FoundWord) bool { return folded(f.Word) == want || folded(text[f.From:f.To]) == want },
		func(f FoundWord) bool { return f.Score < 1 || nearly(folded(f.Word), want) },
	} {
		for k, f := range found {
			if !used[k] && same(f) {
				used[k] = true
				return true
			}
		}
	}
	return false
}

// nearly reports whether two words are of one length and half their characters
// or more are the same.
func nearly(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	same := 0
	for i := range x {
		if x[i] == y[i] {
			same++
		}
	}
	return 2*same >= len(x)
}

func folded(s string) string {
	f := wordFolder.Fold(s)
	return f.String()
}
