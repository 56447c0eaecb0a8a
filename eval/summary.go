package eval

import (
	"strings"
	"unicode/utf8"

	"earshot/models"
	"earshot/models/terms"
)

// SummaryItem is a conversation and what its summary should tell.
type SummaryItem struct {
	ID       string   `json:"id"`
	Language string   `json:"language"`
	Dialogue Dialogue `json:"dialogue"`
	Facts    []Fact   `json:"facts"`
}

// Summarised is a summary to judge.
type Summarised struct {
	Method     string
	Statements []string
	Cites      int // citations
	Valid      int // of them those whose quote stands at its place in the conversation
}

// SummaryFigures are how well conversations were summarised.
type SummaryFigures struct {
	N          int     `json:"n"`
	Facts      int     `json:"facts"`
	Found      int     `json:"found"`
	Recall     float64 `json:"recall"` // of facts
	Statements int     `json:"statements"`
	Cites      int     `json:"citations"`
	Validity   float64 `json:"citation_validity"` // share of valid citations; 0 where a statement has none
	Length     float64 `json:"length"`            // characters of all summaries, as a share of those of the conversations
	Longest    float64 `json:"longest"`           // the largest share of one
	Characters float64 `json:"mean_characters"`
	// Chance is the recall for the facts of another conversation of the same
	// language: what the way of matching gives away.
	Chance float64 `json:"chance_recall"`
	// Ceiling is the recall of the whole conversation: facts below it are worded
	// so that matching cannot find them.
	Ceiling float64 `json:"ceiling_recall"`

	uncited, summary, whole, chances, byChance, inWhole int
}

// SummaryReport is the outcome of a measurement.
type SummaryReport struct {
	SummaryFigures
	Languages map[string]*SummaryFigures `json:"languages"`
	Methods   map[string]int             `json:"methods"`
	Missed    []MissedFact               `json:"missed,omitempty"`
	Unstated  []MissedFact               `json:"not_in_dialogue,omitempty"` // those that not even the whole conversation tells
}

// MissedFact is a fact that a summary does not tell.
type MissedFact struct {
	Item string `json:"item"`
	Fact string `json:"fact"`
}

// Summary judges made, the summaries of items. A fact counts as told where
// Fact.In finds it.
func Summary(items []SummaryItem, made []Summarised) SummaryReport {
	r := SummaryReport{Languages: map[string]*SummaryFigures{}, Methods: map[string]int{}}
	previous := map[string][]Fact{} // of the item before it in its language
	for i := range items {
		item, m := &items[i], &made[i]
		language := item.Language
		if language == "" {
			language = languageOf(item.Dialogue)
		}
		if r.Languages[language] == nil {
			r.Languages[language] = &SummaryFigures{}
		}
		if m.Method != "" {
			r.Methods[m.Method]++
		}
		told, whole := newPassages(m.Statements), newPassages(item.Dialogue.lines())
		for _, f := range []*SummaryFigures{&r.SummaryFigures, r.Languages[language]} {
			f.count(item, m, told, whole, previous[language])
		}
		for _, fact := range item.Facts {
			if !fact.in(told) {
				r.Missed = append(r.Missed, MissedFact{item.ID, fact.String()})
			}
			if !fact.in(whole) {
				r.Unstated = append(r.Unstated, MissedFact{item.ID, fact.String()})
			}
		}
		previous[language] = item.Facts
	}
	r.finish()
	for _, f := range r.Languages {
		f.finish()
	}
	return r
}

func (f *SummaryFigures) count(item *SummaryItem, m *Summarised, told, whole passages, others []Fact) {
	f.N++
	f.Statements += len(m.Statements)
	f.Cites += m.Cites
	f.uncited += m.Cites - m.Valid
	if m.Cites < len(m.Statements) {
		f.uncited += len(m.Statements) - m.Cites
	}
	length, all := 0, 0
	for _, s := range m.Statements {
		length += utf8.RuneCountInString(s)
	}
	for _, t := range item.Dialogue.Turns {
		all += utf8.RuneCountInString(t.Text)
	}
	f.summary, f.whole = f.summary+length, f.whole+all
	if all > 0 {
		f.Longest = max(f.Longest, float64(length)/float64(all))
	}
	for _, fact := range item.Facts {
		f.Facts++
		if fact.in(told) {
			f.Found++
		}
		if fact.in(whole) {
			f.inWhole++
		}
	}
	for _, fact := range others {
		f.chances++
		if fact.in(told) {
			f.byChance++
		}
	}
}

func (f *SummaryFigures) finish() {
	f.Recall, f.Ceiling, f.Chance = share(f.Found, f.Facts), share(f.inWhole, f.Facts), share(f.byChance, f.chances)
	f.Length, f.Characters = share(f.summary, f.whole), share(f.summary, f.N)
	if all := max(f.Cites, f.Statements); all > 0 {
		f.Validity = 1 - float64(f.uncited)/float64(all)
	}
}

// Shares of a fact's words that have to stand in one passage.
const (
	wordsTold = 0.7
	hanTold   = 0.75
)

// passages are what a fact is looked for in: each statement alone and together
// with the one behind it.
type passages struct {
	whole string // folded
	terms [][]terms.Term
}

func newPassages(statements []string) passages {
	p := passages{whole: folded(strings.Join(statements, "\n"))}
	for i, s := range statements {
		if i+1 < len(statements) {
			s += "\n" + statements[i+1]
		}
		p.terms = append(p.terms, terms.Of(s))
	}
	return p
}

// In reports whether statements tell the fact: one of its wordings stands there
// letter by letter, spaces and punctuation aside; or one statement, or two that
// follow each other, have every number of it and most of its other words (English
// by their stem, 0.7 of them; Chinese by characters, 0.75), where words that only
// hold a sentence together do not count.
func (f Fact) In(statements []string) bool { return f.in(newPassages(statements)) }

func (f Fact) in(p passages) bool {
	for _, wording := range f {
		if w := folded(wording); w != "" && strings.Contains(p.whole, w) {
			return true
		}
		want := contentOf(terms.Of(actors.Replace(wording)))
		for _, have := range p.terms {
			if tells(have, want) {
				return true
			}
		}
	}
	return false
}

// actors are who facts are about: every statement is about one of them.
var actors = strings.NewReplacer("客户", "", "坐席", "", "客服", "", "customer", "", "Customer", "", "agent", "", "Agent", "")

func contentOf(all []terms.Term) []terms.Term {
	var out []terms.Term
	for _, t := range all {
		if t.Kind != terms.Mark && !terms.Empty(&t) {
			out = append(out, t)
		}
	}
	return out
}

func tells(have, want []terms.Term) bool {
	var words, han, wordsHad, hanHad int
	for i := range want {
		had := false
		for k := range have {
			had = had || want[i].Same(&have[k])
		}
		switch want[i].Kind {
		case terms.Number:
			if !had {
				return false
			}
		case terms.Word:
			words++
			if had {
				wordsHad++
			}
		case terms.Han:
			han++
			if had {
				hanHad++
			}
		}
	}
	return len(want) > 0 && float64(wordsHad) >= wordsTold*float64(words) && float64(hanHad) >= hanTold*float64(han)
}

func languageOf(d Dialogue) string {
	if isChinese(Reference{Text: strings.Join(d.lines(), "")}) {
		return "zh"
	}
	return "en"
}

func (d Dialogue) lines() []string {
	var lines []string
	for _, t := range d.Turns {
		lines = append(lines, t.Text)
	}
	return lines
}

// Transcript returns the conversation in the form that detectors read.
func (d Dialogue) Transcript() *models.Transcript {
	t := &models.Transcript{Turns: []models.Turn{}}
	for i, turn := range d.Turns {
		at := models.Millis(i) * 10_000 // no times are given; any order will do
		t.Turns = append(t.Turns, models.Turn{Party: turn.Party, Text: turn.Text, Start: at, End: at + 5000})
	}
	return t
}
