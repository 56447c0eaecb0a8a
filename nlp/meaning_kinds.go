package nlp

import (
	"slices"
	"strings"
	"sync"

	"earshot/models"
	"earshot/nlp/lexicons"
)

// Meaning is something a sentence may do, and the finding that says so. It is
// the finding that a word list gives of it, where there is one.
type Meaning struct {
	Label    string       // in the lines that heads are trained on
	Party    models.Party // whose sentences can do it
	Kind     string       // of the finding
	Finding  string       // label of the finding; empty: by meaning
	Severity int
	Same     []string // other kinds that say as much

	alone bool // no word list finds it
}

var meanings = []Meaning{
	{Label: "complaint", Party: models.Customer, Kind: "word.dissatisfied", Severity: 1, Same: []string{"word.complaint", "word.grievance", "word.threat"}},
	{Label: "refund", Party: models.Customer, Kind: "word.refund", Finding: "refund"},
	{Label: "escalation", Party: models.Customer, Kind: "word.escalation", Severity: 1},
	{Label: "repeat", Party: models.Customer, Kind: "word.repeat", Severity: 1},
	{Label: "broken_promise", Party: models.Customer, Kind: "word.broken_promise", Severity: 1},
	{Label: "churn", Party: models.Customer, Kind: "word.churn", Severity: 1},
	{Label: "threat", Party: models.Customer, Kind: "word.threat", Severity: 2},
	{Label: "danger", Party: models.Customer, Kind: "word.safety", Severity: 3},
	{Label: "unsolved", Party: models.Customer, Kind: "word.unsolved"},
	{Label: "satisfied", Party: models.Customer, Kind: "word.solved", Same: []string{"word.gratitude"}},

	{Label: "promise", Party: models.Agent, Kind: "promise.made", Same: []string{"word.callback"}},
	{Label: "unable", Party: models.Agent, Kind: "word.unable"},
	{Label: "done", Party: models.Agent, Kind: "word.resolved"},
	{Label: "empathy", Party: models.Agent, Kind: "word.empathy"},
	{Label: "apology", Party: models.Agent, Kind: "word.apology"},
	{Label: "identity_check", Party: models.Agent, Kind: "word.identity_check"},
	{Label: "invites", Party: models.Agent, Kind: "word.invitation", alone: true},
	{Label: "confirms", Party: models.Agent, Kind: "word.confirmation", alone: true},
	{Label: "hold", Party: models.Agent, Kind: "word.hold_request"},
	{Label: "transfer", Party: models.Agent, Kind: "word.transfer"},
	{Label: "closing", Party: models.Agent, Kind: "word.closing"},
	{Label: "further_help", Party: models.Agent, Kind: "word.further_help"},
	{Label: "upsell", Party: models.Agent, Kind: "word.upsell"},
	{Label: "pressure", Party: models.Agent, Kind: "word.forbidden", Finding: "pressure", Severity: 2},
	{Label: "disrespect", Party: models.Agent, Kind: "word.disrespect", Severity: 2},
	{Label: "shirk", Party: models.Agent, Kind: "word.shirk", Severity: 1},
	{Label: "debt_threat", Party: models.Agent, Kind: "word.debt_threat", Severity: 3},
}

// reasonLabel is what labels of reasons begin with: reason=delivery/late.
const reasonLabel = "reason="

// Meanings returns everything that a head may tell, reasons of contacts among
// them: each that the lexicons have.
var Meanings = sync.OnceValues(func() ([]Meaning, error) {
	all := slices.Clone(meanings)
	builtin, err := lexicons.Builtin()
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, l := range builtin {
		for _, e := range l.Entries {
			if _, reason, ok := strings.Cut(e.Label, "/"); ok && l.Category == "reason" && !known[reason] {
				known[reason] = true
				all = append(all, Meaning{Label: reasonLabel + reason, Party: models.Customer, Kind: "word.reason", Finding: e.Label})
			}
		}
	}
	return all, nil
})

// meaningOf returns the meaning with this label; nil if there is none.
func meaningOf(label string) *Meaning {
	all, err := Meanings()
	if err != nil {
		return nil
	}
	if i := slices.IndexFunc(all, func(m Meaning) bool { return m.Label == label }); i >= 0 {
		return &all[i]
	}
	return nil
}

// told reports whether one of the findings says what m says.
func (m *Meaning) told(findings []models.Finding) bool {
	return slices.ContainsFunc(findings, func(f models.Finding) bool { return m.Tells(f.Kind) })
}

// wanted reports whether findings of the kind are wanted: who leaves out all word
// lists of a kind, or the detector of promises, has no use for it.
func (m *Meaning) wanted(d *data) bool {
	category, isWord := strings.CutPrefix(m.Kind, "word.")
	switch {
	case m.alone:
		return true
	case !isWord:
		return !slices.Contains(d.config.Disabled, "promise")
	}
	return slices.ContainsFunc(d.dictionary.Lexicons(), func(l *lexicons.Lexicon) bool { return l.Category == category })
}

// Tells reports whether a finding of the kind says what m says.
func (m *Meaning) Tells(kind string) bool { return kind == m.Kind || slices.Contains(m.Same, kind) }
