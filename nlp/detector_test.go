package nlp

import (
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/lexicons"
)

var update = flag.Bool("update", false, "write the reference page anew")

// TestExamples runs the examples of every detector.
func TestExamples(t *testing.T) {
	step := builtinStep(t)
	run := func(e Example) []models.Finding {
		in := &models.Interaction{ID: "example", Channel: e.Channel, Transcript: models.MustParse(e.Dialogue)}
		if in.Channel == "" {
			in.Channel = models.Phone
		}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatalf("%q: %v", e.Dialogue, err)
		}
		var out []models.Finding
		for _, f := range in.Findings {
			if f.Kind == e.Kind {
				out = append(out, f)
			}
		}
		return out
	}
	for _, d := range detectors {
		if d.Name != "voice" && d.Name != "meaning" && (len(d.Finds) == 0 || len(d.Ignores) == 0) { // these need more than words and have tests of their own
			t.Errorf("%s: an example of each sort is missing", d.Name)
		}
		for _, e := range d.Finds {
			declared(t, d, e.Kind)
			found := run(e)
			switch {
			case len(found) == 0:
				t.Errorf("%s: no %s in\n%s", d.Name, e.Kind, e.Dialogue)
			case e.Quote != "" && found[0].Evidence[0].Quote != e.Quote:
				t.Errorf("%s: %s quotes %q, want %q, in\n%s", d.Name, e.Kind, found[0].Evidence[0].Quote, e.Quote, e.Dialogue)
			case e.Label != "" && found[0].Label != e.Label:
				t.Errorf("%s: %s is labelled %q, want %q, in\n%s", d.Name, e.Kind, found[0].Label, e.Label, e.Dialogue)
			}
		}
		for _, e := range d.Ignores {
			declared(t, d, e.Kind)
			if found := run(e); len(found) > 0 {
				t.Errorf("%s: %s (%q) in\n%s", d.Name, e.Kind, found[0].Evidence[0].Quote, e.Dialogue)
			}
		}
	}
}

func declared(t *testing.T, d spec, kind string) {
	t.Helper()
	for _, k := range d.Kinds {
		if ok, _ := path.Match(k.Name, kind); ok {
			return
		}
	}
	t.Errorf("%s: the kind %s is not declared", d.Name, kind)
}

const referencePage = "../docs/reference/detectors.md"

// TestReference keeps the reference page equal to the detectors; go generate
// writes it.
func TestReference(t *testing.T) {
	want, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(path.Dir(referencePage), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(referencePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): run go generate ./nlp", referencePage, err)
	}
}

func reference() (string, error) {
	var b strings.Builder
	b.WriteString("# Detectors and lexicons\n\nWritten by `go generate ./nlp`; do not edit.\n\n" +
		"A finding has a kind, a party, a score from 0 to 1 (how sure the detector is), and for some kinds a value, a label and a severity from 0 to 3. " +
		"Its evidence is a quote of a turn or a stretch of time.\n")
	for _, d := range detectors {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| kind | found when | value | label |\n| --- | --- | --- | --- |\n", d.Name, d.Doc)
		for _, k := range d.Kinds {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.Name, k.Doc, k.Value, k.Label)
		}
		for _, list := range []struct {
			title    string
			examples []Example
		}{{"Found in", d.Finds}, {"Not found in", d.Ignores}} {
			if len(list.examples) == 0 {
				continue
			}
			fmt.Fprintf(&b, "\n%s:\n\n```\n", list.title)
			for i, e := range list.examples {
				if i > 0 {
					b.WriteString("\n")
				}
				fmt.Fprintf(&b, "# %s", e.Kind)
				if e.Quote != "" {
					fmt.Fprintf(&b, " %q", e.Quote)
				}
				if e.Channel != "" {
					fmt.Fprintf(&b, " on %s", e.Channel)
				}
				fmt.Fprintf(&b, "\n%s\n", e.Dialogue)
			}
			b.WriteString("```\n")
		}
	}
	builtin, err := lexicons.Builtin()
	if err != nil {
		return "", err
	}
	b.WriteString("\n## Lexicons\n\n| id | language | kind | severity | of | phrases | what |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, l := range builtin {
		n, err := l.Phrases()
		if err != nil {
			return "", err
		}
		party := string(l.Party)
		if party == "" {
			party = "anybody"
		}
		fmt.Fprintf(&b, "| %s | %s | `word.%s` | %d | %s | %d | %s |\n", l.ID, l.Language, l.Category, l.Severity, party, n, l.Doc)
	}
	return b.String(), nil
}
