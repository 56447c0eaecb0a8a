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
	Missed     []string `json:"missed,omitempty"` // the first hundred: word, tab, text
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
		for _, u := range used {
			if !u {
				c.False++
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
func markFound(text, w string, from, to int, found []FoundWord, used []bool) bool {
	want := folded(w)
	hit := false
	for k, f := range found {
		over := from >= 0 && f.From < to && from < f.To
		same := from < 0 && !used[k] && (folded(f.Word) == want || folded(text[f.From:f.To]) == want)
		if over || same {
			hit, used[k] = true, true
			if same {
				break
			}
		}
	}
	return hit
}

func folded(s string) string {
	f := wordFolder.Fold(s)
	return f.String()
}
