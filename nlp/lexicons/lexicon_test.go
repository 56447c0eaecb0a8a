package lexicons

import (
	"errors"
	"strings"
	"testing"

	"earshot/models"
)

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
	l, err := Parse("own.yaml", []byte(smallLexicon))
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
		"a field of ours":    {"severity: 1\n", "severity: 1\nfile: x\n", `own.yaml:6:1: unknown field "file"`},
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
		_, err := Parse("own.yaml", []byte(strings.Replace(smallLexicon, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: want ErrBadInput with %q, got %v", name, c.want, err)
		}
	}
}

// TestVocabulary: words taken as they are, the signs of patterns among them.
func TestVocabulary(t *testing.T) {
	d, err := NewDictionary([]*Lexicon{Vocabulary("data", "zh", []string{"a(b|c)", "what...ever", "曝光", "t|w|a|t", "milf"})})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"say a(b|c) now": "a(b|c)", "what...ever": "what...ever", "去报光你们": "曝光", "m.i.l.f": "milf", "ab": "", "what now, ever": "", "我要退款": ""} {
		got := ""
		if m := d.Words(text); len(m) > 0 {
			got = m[0].Entry
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestReadLexicons(t *testing.T) {
	lexicons, err := Read(".")
	if err != nil || len(lexicons) < 30 {
		t.Errorf("%d lexicons, %v", len(lexicons), err)
	}
	if _, err := Read("missing.yaml"); !errors.Is(err, models.ErrBadInput) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseLexicon(f *testing.F) {
	f.Add(smallLexicon)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse("f", []byte(text))
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatal(err)
			}
			return
		}
		if _, err := NewDictionary([]*Lexicon{l}); err != nil && !errors.Is(err, models.ErrBadInput) {
			t.Fatal(err)
		}
	})
}
