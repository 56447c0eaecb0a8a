// Package claims checks sentences that a language model writes: each has to cite
// what was said, and to be supported by it as far as words can show.
package claims

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"earshot/models"
)

// Cite is the place a sentence rests on, as a language model gives it: words of
// a turn, without their offsets.
type Cite struct {
	Turn  int    `json:"turn"`
	Quote string `json:"quote"`
}

// Claim is a sentence of a summary as a language model gives it.
type Claim struct {
	Section string `json:"section"`
	Text    string `json:"text"`
	Cites   []Cite `json:"cites"`
}

// Source is what somebody said that a sentence may rest on. System stands for
// anything that no party said, such as a figure of a report.
type Source struct {
	Party models.Party
	Text  string
}

// Unsupported is why a sentence may not stand.
type Unsupported struct {
	Why  string // form, citation, quote, instruction, number, word, negation, party or tense
	What string
}

func (u *Unsupported) Error() string { return fmt.Sprintf("%s: %s", u.Why, u.What) }

func unsupported(why, format string, args ...any) error {
	return &Unsupported{why, fmt.Sprintf(format, args...)}
}

// Grounder checks sentences against one conversation.
type Grounder struct {
	transcript *models.Transcript
	instructs  map[int]bool // turns that speak to a machine
}

// NewGrounder returns a Grounder for t.
func NewGrounder(t *models.Transcript) *Grounder {
	return &Grounder{transcript: t, instructs: instructing(t)}
}

// Ground returns the statement that a claim makes, or an *Unsupported: every
// cited quote has to stand in its turn, no turn that speaks to a machine may be
// cited, what only the customer says has to be told of the customer, and the sentence has to be supported by the turns it cites, see
// Supported. Meaning is not judged: words are. So a sentence in quite other
// words than the conversation's does not pass, however true it is.
func (g *Grounder) Ground(c Claim) (models.Statement, error) {
	s := models.Statement{Section: c.Section, Text: strings.TrimSpace(c.Text)}
	if !slices.Contains(statementSections, c.Section) {
		return s, unsupported("form", "section %q", c.Section)
	}
	if len(c.Cites) == 0 {
		return s, unsupported("citation", "none")
	}
	var sources []Source
	for _, cite := range c.Cites {
		e, err := g.Place(cite)
		if err != nil {
			return s, err
		}
		if slices.ContainsFunc(s.Cites, func(o models.Evidence) bool { return o == e }) {
			continue
		}
		s.Cites = append(s.Cites, e)
		turn := &g.transcript.Turns[cite.Turn]
		sources = append(sources, Source{turn.Party, turn.Text})
	}
	if err := Supported(s.Text, sources); err != nil {
		return s, err
	}
	return s, attributed(s.Text, sources)
}

// attributed: what only the customer says is told as said by the customer, or
// as about them, not as how things are.
func attributed(sentence string, sources []Source) error {
	if slices.ContainsFunc(sources, func(s Source) bool { return s.Party != models.Customer }) {
		return nil
	}
	for _, c := range parseClauses(sentence) {
		if c.subject == models.Customer || c.owner == models.Customer {
			return nil
		}
	}
	return unsupported("party", "only the customer says %q", sentence)
}

// Place finds the quote in its turn: letter by letter or, failing that,
// without regard to case, width and punctuation.
func (g *Grounder) Place(c Cite) (models.Evidence, error) {
	if c.Turn < 0 || c.Turn >= len(g.transcript.Turns) {
		return models.Evidence{}, unsupported("citation", "turn %d of %d", c.Turn, len(g.transcript.Turns))
	}
	if g.instructs[c.Turn] {
		return models.Evidence{}, unsupported("instruction", "turn %d speaks to the machine that writes, not to the other party", c.Turn)
	}
	text, quote := g.transcript.Turns[c.Turn].Text, strings.TrimSpace(c.Quote)
	if utf8.RuneCountInString(quote) < 2 {
		return models.Evidence{}, unsupported("quote", "%q is too short", quote)
	}
	if i := strings.Index(text, quote); i >= 0 {
		return g.transcript.Quote(c.Turn, i, i+len(quote)), nil
	}
	folded, want := quoteFolder.Fold(text), quoteFolder.Fold(quote)
	if i := strings.Index(folded.String(), want.String()); i >= 0 && len(want.Runes) >= 2 {
		n := utf8.RuneCountInString(folded.String()[:i])
		from, to := folded.Span(n, n+len(want.Runes))
		return g.transcript.Quote(c.Turn, from, to), nil
	}
	return models.Evidence{}, unsupported("quote", "turn %d does not say %.80q", c.Turn, quote)
}

// statementSections are the sections of a summary that a model may write.
var statementSections = []string{"reason", "request", "detail", "action", "promise", "next", "outcome"}

// StatementSections returns the sections of a summary in reading order.
func StatementSections() []string { return slices.Clone(statementSections) }
