package nlp

import (
	"errors"
	"strings"
	"testing"

	"earshot/models"
)

// TestLexicons runs the tests of every built-in lexicon.
func TestLexicons(t *testing.T) {
	lexicons, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	step := builtinStep(t)
	for _, l := range lexicons {
		if len(l.Tests.Finds) == 0 || len(l.Tests.Ignores) == 0 {
			t.Errorf("%s: tests.finds or tests.ignores is missing", l.file)
		}
		for _, turn := range l.Tests.Finds {
			if found := findingsOf(t, step, l, turn); len(found) == 0 {
				t.Errorf("%s: finds nothing in %q", l.file, turn)
			}
		}
		for _, turn := range l.Tests.Ignores {
			if found := findingsOf(t, step, l, turn); len(found) > 0 {
				t.Errorf("%s: finds %q in %q", l.file, found[0].Evidence[0].Quote, turn)
			}
		}
	}
}

func findingsOf(t *testing.T, step *Step, l *Lexicon, dialogue string) []models.Finding {
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

const smallLexicon = `id: own
version: "3"
language: en
category: threat
severity: 1
source: ours
licence: Apache-2.0
entries:
  - go(ing|) to court
  - label: bad
    severity: 3
    phrases: [ruin you]
`

func TestParseLexicon(t *testing.T) {
	l, err := ParseLexicon("own.yaml", []byte(smallLexicon))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Entries) != 2 || l.Entries[1] != (Entry{Text: "ruin you", Label: "bad", Severity: 3, line: 12, column: 15}) {
		t.Errorf("got %+v", l.Entries)
	}
}

func TestParseLexiconErrorsNameThePlace(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown field":      {"severity: 1\n", "severity: 1\ncolour: red\n", `own.yaml:6:1: unknown field "colour"`},
		"bad phrase":         {"go(ing|) to", "go(ing| to", `own.yaml:9:5: phrase "go(ing| to court": a ( without its )`},
		"bad group":          {"    severity: 3", "    severity: 7", "own.yaml:10:5: severity 7"},
		"bad severity":       {"severity: 1", "severity: 9", "own.yaml: severity 9"},
		"no licence":         {"licence: Apache-2.0\n", "", "licence is missing"},
		"no version":         {"version: \"3\"\n", "", "version is missing"},
		"wrong language":     {"language: en", "language: fr", `language "fr"`},
		"wrong category":     {"category: threat", "category: Threat!", "category"},
		"star in the middle": {"ruin you", "ru*in you", "own.yaml:12:15: phrase"},
		"wrong type":         {"severity: 1", "severity: high", "own.yaml:5:11"},
		"panics the library": {"phrases: [ruin you]", "phrases: !0 00", "own.yaml:12:14: a value with a tag"},
		"broken yaml":        {"entries:", "entries: [", "own.yaml:"},
		"unknown words":      {"ruin you", "ruin <who>", `own.yaml:12:15: phrase "ruin <who>": there are no words named <who>`},
		"unused words":       {"entries:", "words: {who: [you]}\nentries:", `words "who": no phrase names <who>`},
		"two orders twice":   {"ruin you", "a<->b<->c", "own.yaml:12:15: phrase"},
		"wide gap":           {"severity: 1", "severity: 1\ngap: 101", "gap 101: want up to 100 characters"},
	} {
		_, err := ParseLexicon("own.yaml", []byte(strings.Replace(smallLexicon, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: want ErrBadInput with %q, got %v", name, c.want, err)
		}
	}
}

// TestPatterns: words by name, either order, gaps within a sentence.
func TestPatterns(t *testing.T) {
	l, err := ParseLexicon("own.yaml", []byte(`id: own
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

func TestOwnLexicons(t *testing.T) {
	own, err := ParseLexicon("own.yaml", []byte(smallLexicon))
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

// TestVocabulary: words taken as they are, the signs of patterns among them.
func TestVocabulary(t *testing.T) {
	step, err := Only(Default(), Vocabulary("data", "zh", []string{"a(b|c)", "what...ever", "曝光", "t|w|a|t", "milf"}))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"say a(b|c) now": "a(b|c)", "what...ever": "what...ever", "去报光你们": "曝光", "m.i.l.f": "milf", "ab": "", "what now, ever": "", "我要退款": ""} {
		got := ""
		if m := step.Words(text); len(m) > 0 {
			got = m[0].Entry
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestReadLexicons(t *testing.T) {
	lexicons, err := ReadLexicons("lexicons")
	if err != nil || len(lexicons) < 30 {
		t.Errorf("%d lexicons, %v", len(lexicons), err)
	}
	if _, err := ReadLexicons("missing.yaml"); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseLexicon(f *testing.F) {
	f.Add(smallLexicon)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLexicon("f", []byte(text))
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatal(err)
			}
			return
		}
		if _, err := newDictionary([]*Lexicon{l}); err != nil && !errors.Is(err, models.ErrBadInput) {
			t.Fatal(err)
		}
	})
}
