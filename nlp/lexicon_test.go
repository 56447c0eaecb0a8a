package nlp

import (
	"errors"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/lexicons"
)

// TestLexicons runs the tests of every built-in lexicon.
func TestLexicons(t *testing.T) {
	builtin, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	step := builtinStep(t)
	for _, l := range builtin {
		if len(l.Tests.Finds) == 0 || len(l.Tests.Ignores) == 0 {
			t.Errorf("%s: tests.finds or tests.ignores is missing", l.ID)
		}
		for _, turn := range l.Tests.Finds {
			if found := findingsOf(t, step, l, turn); len(found) == 0 {
				t.Errorf("%s: finds nothing in %q", l.ID, turn)
			}
		}
		for _, turn := range l.Tests.Ignores {
			if found := findingsOf(t, step, l, turn); len(found) > 0 {
				t.Errorf("%s: finds %q in %q", l.ID, found[0].Evidence[0].Quote, turn)
			}
		}
	}
}

func findingsOf(t *testing.T, step *Step, l *lexicons.Lexicon, dialogue string) []models.Finding {
	t.Helper()
	in := &models.Interaction{ID: "test", Channel: models.Phone, Transcript: models.MustParse(dialogue)}
	if _, err := step.Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var out []models.Finding
	for _, f := range in.Findings {
		if f.By == l.By() {
			out = append(out, f)
		}
	}
	return out
}

// TestPatterns: words by name, either order, gaps within a sentence.
func TestPatterns(t *testing.T) {
	l, err := lexicons.Parse("own.yaml", []byte(`id: own
version: "1"
language: en
category: reason
source: ours
licence: Apache-2.0
gap: 40
words:
  parcel: [parcel, box of (shoes|books)]
  not: [hasn't, never]
entries:
  - label: late
    phrases: ["<parcel>...<not> (arrived|come)", "<parcel><->late"]
  - label: charge
    phrases: [charged twice]
  - label: came
    phrases: [come]
`))
	if err != nil {
		t.Fatal(err)
	}
	step, err := Only(Default(), l)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"my parcel never arrived":                                        "late: parcel never arrived",
		"the box of books I bought last week hasn’t come":                "late: box of books I bought last week hasn’t come",
		"late again, that parcel":                                        "late: late again, that parcel",
		"I got the parcel. It never arrived at his":                      "",
		"that parcel that I was charged twice for never arrived":         "late: parcel that I was charged twice for never arrived, charge: charged twice",
		"the box of books that I bought for my mother in May never came": "",
	} {
		var found []string
		for _, f := range findingsOf(t, step, l, "C: "+text) {
			found = append(found, f.Label+": "+f.Evidence[0].Quote)
		}
		if got := strings.Join(found, ", "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

const ownLexicon = `id: own
version: "3"
language: en
category: threat
source: ours
licence: Apache-2.0
entries:
  - label: bad
    severity: 3
    phrases: [ruin you]
`

func TestOwnLexicons(t *testing.T) {
	own, err := lexicons.Parse("own.yaml", []byte(ownLexicon))
	if err != nil {
		t.Fatal(err)
	}
	step, err := New(Default(), own)
	if err != nil {
		t.Fatal(err)
	}
	if f := findingsOf(t, step, own, "C: I'll ruin you"); len(f) != 1 || f[0].Severity != 3 || f[0].Label != "bad" {
		t.Errorf("got %+v", f)
	}
	if _, err := New(Default(), own, own); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("the same id twice: %v", err)
	}
	c := Default()
	c.Disabled = []string{"own"}
	if step, err = New(c, own); err != nil {
		t.Fatal(err)
	}
	if f := findingsOf(t, step, own, "C: I'll ruin you"); len(f) != 0 {
		t.Errorf("a disabled lexicon finds %+v", f)
	}
}
