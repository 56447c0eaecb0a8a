package rules

import (
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	rule := func(rest string) string {
		return "rules:\n  - id: some_rule\n    version: \"1\"\n    name: n\n" + rest + "    tests: [{hit: \"A: a\"}, {miss: \"A: b\"}]\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"no tests":     {goodRule, "rule good_one: has no tests"},
		"no miss":      {strings.TrimSuffix(goodRule, "\n") + "\n    tests: [{hit: \"A: hello\"}]\n", "has no test that must miss"},
		"unused":       {rule("    conditions: {aa: {words: {any: [a]}}, bb: {words: {any: [b]}}}\n    when: aa\n"), "f0.yaml:5:48: warning: rule some_rule: nothing uses the condition bb"},
		"never":        {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {all: [aa, {not: aa}]}\n"), "can never hit"},
		"always":       {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {any: [aa, {not: aa}]}\n"), "always hits"},
		"empty scope":  {rule("    when: {words: {any: [a], from: 5 turns, to: 3 turns}}\n"), "can never hit"},
		"twice":        {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {all: [aa, aa]}\n"), "the same condition stands twice under all"},
		"double not":   {rule("    when: {not: {not: {words: {any: [a]}}}}\n"), "not of not"},
		"word twice":   {rule("    when: {words: {any: [Hello, hello]}}\n"), `the word "hello" is given twice`},
		"exception":    {rule("    when: {words: {any: [死], except: [活着]}}\n"), `the exception "活着" contains none of the words`},
		"self except":  {rule("    when: {words: {any: [死, 活], except: [死]}}\n"), "is its own exception"},
		"channel":      {rule("    applies: {channel: [phone]}\n    when: {channel: [email]}\n"), "the rule applies to [phone] only"},
		"spoken":       {rule("    applies: {channel: [email]}\n    when: {talk_over: {time: 1s}}\n"), "talk_over finds nothing in writing"},
		"absent":       {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {not: {words: {any: [b], after: aa}}}\n"), "hits as well where aa does not happen at all"},
		"absent named": {rule("    conditions: {aa: {words: {any: [a]}}, bb: {words: {any: [b], after: aa}}}\n    when: {not: bb}\n"), "hits as well where aa does not happen at all"},
		"same rule": {"rules:\n  - {id: one, version: \"1\", name: n, when: {words: {any: [a]}}, tests: [{hit: \"A: a\"}, {miss: \"A: b\"}]}\n" +
			"  - {id: two, version: \"1\", name: n, when: {words: {any: [a]}}, tests: [{hit: \"A: a\"}, {miss: \"A: b\"}]}\n", "rule two: says the same as rule one"},
	} {
		set := mustCompile(t, c.text)
		var got []string
		for _, p := range set.Lint() {
			got = append(got, p.Error())
		}
		if !strings.Contains(strings.Join(got, "\n"), c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	for name, text := range map[string]string{
		"required":         rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {all: [aa, {not: {words: {any: [b], after: aa}}}]}\n"),
		"required through": rule("    conditions: {aa: {words: {any: [a]}}, cc: {words: {any: [c], after: aa}}}\n    when: {all: [cc, {not: {words: {any: [b], after: aa}}}]}\n"),
		"in a flow":        rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {flow: {steps: [{do: aa}]}}\n"),
		"in arithmetic":    rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {expr: 'hits(\"aa\") > 2'}\n"),
	} {
		if got := mustCompile(t, text).Lint(); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestBuiltinLints(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Lint() {
		t.Error(p)
	}
}

func TestImplies(t *testing.T) {
	set := mustCompile(t, `rules:
  - {id: aa, version: "1", name: n, when: {words: {any: [a]}}}
  - {id: ab, version: "1", name: n, when: {all: [{words: {any: [a]}}, {words: {any: [b]}}]}}
  - {id: or, version: "1", name: n, when: {any: [{words: {any: [a]}}, {words: {any: [b]}}]}}
  - {id: ref, version: "1", name: n, when: {all: [{rule: aa}, {words: {any: [c]}}]}}
`)
	for pair, want := range map[string]bool{"ab aa": true, "aa ab": false, "aa or": true, "or aa": false, "ab or": true, "ref aa": true, "ref or": true, "aa ref": false, "aa aa": true, "aa zz": false} {
		a, b, _ := strings.Cut(pair, " ")
		if got := set.Implies(a, b); got != want {
			t.Errorf("%s implies %s: %v", a, b, got)
		}
	}
}
