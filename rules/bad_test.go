package rules

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"earshot/models"
)

const goodRule = "rules:\n  - id: good_one\n    version: \"1\"\n    name: good\n    when:\n      words: {any: [hello]}\n"

// Each of these files must be refused, with the place and a reason that a
// person can act on.
func TestErrorsNameThePlace(t *testing.T) {
	rule := func(rest string) string {
		return "rules:\n  - id: some_rule\n    version: \"1\"\n    name: n\n" + rest
	}
	for name, c := range map[string]struct{ file, want string }{
		"syntax":             {"rules:\n  - id: [a\n", "f0.yaml:2:9: not valid YAML"},
		"tab":                {"rules:\n\t- id: a\n", "f0.yaml:2:1: not valid YAML"},
		"top field":          {"rule:\n  - id: a\n", `f0.yaml:1:1: unknown field "rule"; did you mean "rules"?`},
		"rule field":         {rule("    wen: {words: {any: [a]}}\n"), `f0.yaml:5:5: unknown field "wen"; did you mean "when"?`},
		"no when":            {rule(""), "f0.yaml:2:5: when is missing"},
		"no version":         {"rules:\n  - id: some_rule\n    name: n\n    when: {words: {any: [a]}}\n", "f0.yaml:2:5: version is missing"},
		"bad id":             {strings.Replace(goodRule, "good_one", "Good One", 1), "f0.yaml:2:5: rule Good One: id:"},
		"same id":            {goodRule + strings.TrimPrefix(goodRule, "rules:\n"), "f0.yaml:7:5: rule good_one: the id is taken by the rule at f0.yaml:2:5"},
		"severity":           {rule("    severity: 9\n    when: {words: {any: [a]}}\n"), "severity 9"},
		"severity type":      {rule("    severity: high\n    when: {words: {any: [a]}}\n"), `f0.yaml:5:15: want a whole number, got "high"`},
		"operator":           {rule("    when: {word: {any: [a]}}\n"), `f0.yaml:5:12: unknown operator "word"; did you mean "words"?`},
		"two operators":      {rule("    when:\n      words: {any: [a]}\n      regex: {match: a}\n"), "f0.yaml:7:7: words and regex stand side by side: put them into a list under all: or any:"},
		"parameter":          {rule("    when: {words: {anny: [a]}}\n"), `f0.yaml:5:20: unknown field "anny"; did you mean "any"?`},
		"empty all":          {rule("    when: {all: []}\n"), "f0.yaml:5:17: all wants a list of conditions"},
		"no condition":       {rule("    when: complaint\n"), `f0.yaml:5:11: unknown condition "complaint"`},
		"self":               {rule("    conditions: {aa: {words: {any: [x], after: aa}}}\n    when: aa\n"), `condition "aa" refers to itself`},
		"circle":             {rule("    conditions: {aa: {not: bb}, bb: {not: aa}}\n    when: aa\n"), "refers to itself"},
		"rule itself":        {rule("    when: {rule: some_rule}\n"), "rule some_rule refers to itself"},
		"no rule":            {rule("    when: {rule: nothing_like_it}\n"), `f0.yaml:5:12: unknown rule "nothing_like_it"`},
		"no list":            {rule("    when: {words: {any: [$nolist]}}\n"), `f0.yaml:5:12: unknown list "nolist"`},
		"anchor":             {rule("    conditions: {vip: {attribute: {name: tier, is: vip}}}\n    when: {words: {any: [a], after: vip}}\n"), `condition "vip" has no place in the conversation`},
		"two anchors":        {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {words: {any: [a], after: aa, before: aa}}\n"), "give one of after, before, around and between"},
		"around":             {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {words: {any: [a], around: aa}}\n"), "f0.yaml:6:20: words: around needs within"},
		"within":             {rule("    when: {words: {any: [a], within: 3 turns}}\n"), "within needs after, before or around"},
		"first and last":     {rule("    when: {words: {any: [a], first: 3 turns, last: 3 turns}}\n"), "exclude each other"},
		"span":               {rule("    when: {words: {any: [a], first: soon}}\n"), `f0.yaml:5:37: "soon": want a distance such as 3 turns`},
		"party":              {rule("    when: {words: {any: [a], party: agnet}}\n"), `f0.yaml:5:37: unknown party "agnet"; did you mean "agent"?`},
		"count":              {rule("    when: {words: {any: [a], count: many}}\n"), `f0.yaml:5:37: "many": want a number`},
		"count always":       {rule("    when: {words: {any: [a], count: 0}}\n"), "is always true"},
		"greater unquoted":   {rule("    when:\n      dead_air: {time: > 3s}\n"), "write over, at least, under, at most"},
		"regex":              {rule("    when: {regex: {match: 'a('}}\n"), "f0.yaml:5:12: regex \"a(\": error parsing regexp: missing closing )"},
		"regex backref":      {rule("    when: {regex: {match: '(a)\\1'}}\n"), "invalid escape sequence"},
		"regex empty":        {rule("    when: {regex: {match: 'a*'}}\n"), "matches nothing at all"},
		"pattern":            {rule("    when: {pattern: {match: '(a|b'}}\n"), "( without )"},
		"expr":               {rule("    when: {expr: 'number(\"a\") >'}\n"), "f0.yaml:5:12: expr: "},
		"expr type":          {rule("    when: {expr: 'number(\"a\")'}\n"), "expected bool"},
		"expr condition":     {rule("    when: {expr: 'hits(\"nothing\") > 1'}\n"), `unknown condition "nothing"`},
		"channel":            {rule("    when: {channel: [fax]}\n"), `unknown channel "fax"`},
		"applies":            {rule("    applies: {channel: [fax]}\n    when: {words: {any: [a]}}\n"), `unknown channel "fax"`},
		"date":               {rule("    applies: {from: 2026-31-12}\n    when: {words: {any: [a]}}\n"), "want a date such as 2026-07-31"},
		"empty word":         {rule("    when: {words: {any: ['  ']}}\n"), "nothing is left to look for"},
		"language":           {"rules:\n  - id: some_rule\n    version: \"1\"\n    name: {de: nein}\n    when: {words: {any: [a]}}\n", `unknown language "de"`},
		"alias":              {"lists: {aa: &x [a], bb: *x}\n", "anchors, aliases and merge keys are not part of this language"},
		"merge":              {"rules:\n  - <<: {id: a}\n", "not part of this language"},
		"tag":                {"lists: !!map {aa: [b]}\n", "tags such as !!map are not part of this language"},
		"list in list":       {"lists: {aa: [$bb], bb: [c]}\n", "a list cannot hold another list"},
		"scalar for mapping": {"rules: 3\n", "f0.yaml:1:8: want a mapping with id"},
		"disable":            {"disable: [nothing]\n", `unknown rule "nothing"`},
		"flow":               {rule("    conditions: {aa: {words: {any: [a]}}}\n    when: {flow: {steps: [{do: aa, if: aa}]}}\n"), "either do or if"},
		"question":           {rule("    when: {question: {id: \"A B\", is: [x]}}\n"), "question: id"},
		"null":               {rule("    when:\n"), "when is empty"},
	} {
		_, err := compileText(t, c.file)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %s\nwant %s", name, err, c.want)
		}
		if !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%s: not ErrBadInput: %v", name, err)
		}
	}
}

// Files made to exhaust a parser end with an error, soon.
func TestHostileFiles(t *testing.T) {
	laughs := "lists:\n  a0: &a0 [lol]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("  a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	var indented strings.Builder
	for i := range 3000 {
		indented.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	nots := "rules:\n  - id: some_rule\n    version: \"1\"\n    name: n\n    when: " + strings.Repeat("{not: ", 100_000) + "a" + strings.Repeat("}", 100_000) + "\n"
	for name, text := range map[string]string{
		"deep lists":    strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"deep maps":     strings.Repeat("{a: ", 100_000),
		"deep dashes":   strings.Repeat("- ", 100_000) + "a",
		"deep keys":     strings.Repeat("? ", 100_000) + "a",
		"deep nots":     nots,
		"indented":      indented.String(),
		"200 deep":      strings.Repeat("[", 200) + strings.Repeat("]", 200),
		"laughs":        laughs,
		"huge":          strings.Repeat("# comment\n", 2<<20),
		"not UTF-8":     "lists: {aa: [\"\xff\xfe\"]}\n",
		"NUL":           "lists: {aa: [\x00]}\n",
		"binary":        "\x7fELF\x02\x01\x01\x00\x00\x00",
		"endless quote": "lists: {aa: [\"" + strings.Repeat("x", 1<<20),
		"tagged float":  "rules: !!float ''\n",
		"tagged int":    "lists: {aa: [!!int 0x]}\n",
		"tagged null":   "rules: [!!null x]\n",
		"own tag":       "rules: !<tag:earshot,2026:x> b\n",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := compileText(t, text)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 {
			t.Errorf("%s: allocated %d MB", name, used>>20)
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
		if err != nil && len(err.Error()) > 20_000 {
			t.Errorf("%s: an error of %d bytes", name, len(err.Error()))
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

// Regular expressions that bring backtracking engines to a standstill take
// time that grows with the text alone, and those that would fill memory are
// refused.
func TestHostileRegex(t *testing.T) {
	text := strings.Repeat("a", 200_000)
	for _, match := range []string{"(a+)+b", "(a|aa)+b", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)(.*)b", "(a?){100}a{100}b"} {
		set := mustCompile(t, "rules:\n  - id: some_rule\n    version: \"1\"\n    name: n\n    when: {regex: {match: '"+match+"'}}\n")
		start := time.Now()
		verdicts := set.Evaluate(&models.Interaction{ID: "x", Channel: models.SMS, Transcript: &models.Transcript{Turns: []models.Turn{{Party: models.Customer, Text: text}}}})
		if len(verdicts) != 1 || verdicts[0].Outcome != models.Miss {
			t.Errorf("%s: %+v", match, verdicts)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %v over 200,000 letters", match, d)
		}
	}
	for _, match := range []string{"a{1001}", "((a{100}){100}){100}", strings.Repeat("(", 2000) + "a" + strings.Repeat(")", 2000)} {
		_, err := compileText(t, "rules:\n  - id: some_rule\n    version: \"1\"\n    name: n\n    when: {regex: {match: '"+match+"'}}\n")
		if err == nil || !errors.Is(err, models.ErrBadInput) {
			t.Errorf("%.40s: %v", match, err)
		}
	}
}

func TestManyRules(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	folder := fstest.MapFS{}
	for f := range 50 {
		var b strings.Builder
		b.WriteString("rules:\n")
		for i := range 100 {
			fmt.Fprintf(&b, "  - id: r_%d_%d\n    version: \"1\"\n    name: n\n    when:\n      words: {any: [word%dx%d, 词%d的%d], party: agent, first: 3 turns}\n", f, i, f, i, f, i)
		}
		folder[fmt.Sprintf("f%d.yaml", f)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	start := time.Now()
	set, err := Compile(folder)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("5,000 rules compiled in %v", took)
	if took > 30*time.Second {
		t.Errorf("5,000 rules compiled in %v", took)
	}
	in := &models.Interaction{Channel: models.Phone, Transcript: models.MustParse("A: word7x42 hello\nC: 词49的99\nA: 词49的99")}
	start = time.Now()
	hits := 0
	for _, v := range set.Evaluate(in) {
		if v.Outcome == models.Hit {
			hits++
		}
	}
	if hits != 2 {
		t.Errorf("%d rules hit, want 2", hits)
	}
	t.Logf("evaluated in %v", time.Since(start))
}

func FuzzCompile(f *testing.F) {
	f.Add(goodRule)
	f.Add("lists: {aa: [x]}\n---\ndisable: [a]\n")
	f.Add("rules:\n  - {id: ab, version: 1, name: {zh: 甲, en: b}, conditions: {cc: {regex: {match: 'a+'}}}, when: {all: [cc, {not: {dead_air: {time: 3s}}}]}}\n")
	in := &models.Interaction{Channel: models.Phone, Transcript: models.MustParse("A: hello\n... 5s\nC: aaa\nA: 您好")}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := compileText(t, text)
		if err != nil {
			if !errors.Is(err, models.ErrBadInput) {
				t.Fatalf("not ErrBadInput: %v", err)
			}
			return
		}
		for _, v := range set.Evaluate(in) {
			for _, e := range append(v.Evidence, v.Searched...) {
				if err := e.Check(in.Transcript); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
