package nlp

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/models"
	"earshot/nlp/lexicons"
)

// TestTaxonomyHasAll: each reason of the lexicons has its place in the built-in
// taxonomy, and that is where the lexicon puts it.
func TestTaxonomyHasAll(t *testing.T) {
	causes, err := ReadTaxonomy("")
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range builtin {
		if l.Category != "reason" {
			continue
		}
		for _, e := range l.Entries {
			_, cause, _ := strings.Cut(e.Label, "/")
			if causes.places[cause] != e.Label {
				t.Errorf("%s: %s is at %q", l.ID, e.Label, causes.places[cause])
			}
			n++
		}
	}
	if n == 0 {
		t.Error("no reasons")
	}
}

func TestTaxonomyOfTheUser(t *testing.T) {
	file := filepath.Join(t.TempDir(), "causes.yaml")
	text := "version: \"1\"\ncauses:\n  people:\n    - delivery/late: 物流/骑手迟到\n  system:\n    - billing/wrong charge\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Default()
	c.Causes = file
	step, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"C: 我的快递三天了还没到，我要投诉":                           "people/物流/骑手迟到",
		"C: I was charged twice, this is unacceptable": "system/billing/wrong charge",
		"C: 你们客服态度太差了，我要投诉":                            "people/service/attitude", // not in the file
	} {
		in := &models.Interaction{ID: "x", Channel: models.WebChat, Transcript: models.MustParse(said + "\nA: 您好")}
		if _, err := step.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range in.Findings {
			if f.Kind == "complaint.cause" {
				got = f.Label
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

func TestTaxonomyErrors(t *testing.T) {
	for text, want := range map[string]string{
		"causes: {people: [a/b]}":                                     "version is missing",
		"version: \"1\"\ncauses:\n  weather:\n    - a/b\n":            "f.yaml:3:3: branch \"weather\"",
		"version: \"1\"\ncauses:\n  people:\n    - late\n":            "f.yaml:4:7: cause \"late\"",
		"version: \"1\"\ncauses:\n  people: [a/b]\n  system: [a/b]\n": "f.yaml:4:12: cause a/b is already at people/a/b",
		"version: \"1\"\ncauses:\n  people:\n    - a/b: c\n":          "f.yaml:4:7: cause \"c\"",
		"version: \"1\"\ncauses: 1\n":                                 "f.yaml:2:9: want people",
		"version: \"1\"\nreasons: []\n":                               "f.yaml:2:1",
		"":                                                            "f.yaml",
	} {
		_, err := ParseTaxonomy("f.yaml", []byte(text))
		if err == nil || !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestTaxonomyNames(t *testing.T) {
	const file = "version: \"1\"\ncauses:\n  people:\n    - delivery/late: logistics/driver late\n"
	causes, err := ParseTaxonomy("f.yaml", []byte(file+"names:\n  logistics: {en: logistics, zh: 物流}\n  driver late: {en: late drivers, zh: 骑手迟到}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := causes.Names()["driver late"]["zh"]; got != "骑手迟到" {
		t.Errorf("got %q", got)
	}
	for text, want := range map[string]string{
		"names:\n  logistics: {zh: 物流}\n":                      "f.yaml:6:3: name of \"logistics\": en is missing",
		"names:\n  driver late: {en: late drivers, zh: ' '}\n": "f.yaml:6:3: name of \"driver late\": zh is missing",
		"names:\n  logistics: 物流\n":                            "f.yaml:6:3: name of \"logistics\": want {en: …, zh: …}",
		"names:\n  logistics: {en: a, zh: b, fr: c}\n":         "f.yaml:6:3: name of \"logistics\": want en and zh only",
		"names:\n  courier: {en: a, zh: b}\n":                  "names: \"courier\" is no field or reason",
		"names: [logistics]\n":                                 "f.yaml:5:8: want fields and reasons",
	} {
		_, err := ParseTaxonomy("f.yaml", []byte(file+text))
		if !errors.Is(err, models.ErrBadInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
