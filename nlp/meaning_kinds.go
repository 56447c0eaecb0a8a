package nlp

import (
	"slices"
	"strings"

	"earshot/models"
	"earshot/nlp/lexicons"
)

// Meaning is something a sentence may do, and the finding that says so. It is
// the finding that a word list gives of it.
type Meaning struct {
	Label    string       // in the lines that heads are trained on
	Party    models.Party // whose sentences can do it
	Kind     string       // of the finding
	Severity int
	Same     []string // other kinds that say as much
}

// Meanings is everything that a head may tell: what costs most when it is missed.
// Of other kinds heads were wrong as often as right (docs/adr/008).
var Meanings = []Meaning{
	{Label: "complaint", Party: models.Customer, Kind: "word.dissatisfied", Severity: 1, Same: []string{"word.complaint", "word.grievance", "word.threat"}},
	{Label: "repeat", Party: models.Customer, Kind: "word.repeat", Severity: 1},
	{Label: "churn", Party: models.Customer, Kind: "word.churn", Severity: 1},
	{Label: "threat", Party: models.Customer, Kind: "word.threat", Severity: 2},
	{Label: "danger", Party: models.Customer, Kind: "word.safety", Severity: 3},
	{Label: "promise", Party: models.Agent, Kind: "promise.made", Same: []string{"word.callback"}},
}

// meaningOf returns the meaning with this label; nil if there is none.
func meaningOf(label string) *Meaning {
	if i := slices.IndexFunc(Meanings, func(m Meaning) bool { return m.Label == label }); i >= 0 {
		return &Meanings[i]
	}
	return nil
}

// Tells reports whether a finding of the kind says what m says.
func (m *Meaning) Tells(kind string) bool { return kind == m.Kind || slices.Contains(m.Same, kind) }

// told reports whether one of the findings says what m says.
func (m *Meaning) told(findings []models.Finding) bool {
	return slices.ContainsFunc(findings, func(f models.Finding) bool { return m.Tells(f.Kind) })
}

// wanted reports whether findings of the kind are wanted: who leaves out all word
// lists of a kind, or the detector of promises, has no use for it.
func (m *Meaning) wanted(d *data) bool {
	category, isWord := strings.CutPrefix(m.Kind, "word.")
	if !isWord {
		return !slices.Contains(d.config.Disabled, "promise")
	}
	return slices.ContainsFunc(d.dictionary.Lexicons(), func(l *lexicons.Lexicon) bool { return l.Category == category })
}
