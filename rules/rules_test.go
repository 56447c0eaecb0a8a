package rules

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// compileText compiles rule files given as text, on top of the shipped rules
// only if builtin is set.
func compileText(t testing.TB, files ...string) (*Set, error) {
	t.Helper()
	folder := fstest.MapFS{}
	for i, text := range files {
		folder[fmt.Sprintf("f%d.yaml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	return Compile(folder)
}

func mustCompile(t testing.TB, files ...string) *Set {
	t.Helper()
	set, err := compileText(t, files...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// exampleRule writes a rule file around an operator and a test.
func exampleRule(when, outcome, dialogue, more string) string {
	var b strings.Builder
	conditions := ""
	if rest, ok := strings.CutPrefix(more, "@"); ok {
		conditions, more = "    "+rest+"\n", ""
	}
	fmt.Fprintf(&b, "rules:\n  - id: example\n    version: \"1\"\n    name: example\n%s    when:\n      %s\n    tests:\n      - %s: |\n%s\n", conditions, when, outcome, indent2(dialogue, 10))
	if more != "" {
		fmt.Fprintf(&b, "        %s\n", more)
	}
	return b.String()
}

func indent2(text string, n int) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad)
}

// TestMain asks for more random cases than rapid's default.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "1000"); err != nil {
		panic(err)
	}
	flag.Parse() // what is given on the command line wins
	os.Exit(m.Run())
}

func TestOperatorExamples(t *testing.T) {
	for name, op := range operators {
		for _, e := range op.examples {
			for outcome, dialogue := range map[string]string{"hit": e.hit, "miss": e.miss} {
				more := e.with
				if outcome == "hit" {
					more += e.only
				} else {
					more += e.not
				}
				folder := fstest.MapFS{"example.yaml": {Data: []byte(exampleRule(e.rule, outcome, dialogue, more))}}
				load := Compile
				if name == "rule" {
					load = Load
				}
				set, err := load(folder)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				r := set.Rule("example")
				if err := set.runTest(r, &r.Tests[0]); err != nil {
					t.Errorf("%s: %s\n%s: %s\n%v", name, e.rule, outcome, dialogue, err)
				}
			}
		}
	}
}

func TestBuiltin(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	result := set.RunTests()
	for _, f := range result.Failures {
		t.Error(f)
	}
	for _, r := range set.Rules() {
		hits, misses := 0, 0
		for _, test := range r.Tests {
			hits += b2i(test.Hit != "")
			misses += b2i(test.Miss != "")
		}
		if hits == 0 || misses == 0 {
			t.Errorf("rule %s: %d tests that hit and %d that miss: want at least one each", r.ID, hits, misses)
		}
		if r.Name["zh"] == "" || r.Name["en"] == "" {
			t.Errorf("rule %s: no name in both languages", r.ID)
		}
	}
	t.Logf("%d rules, %d tests, %d terms, %d phrases", result.Rules, result.Tests, len(set.terms), len(set.automaton.phrases))
}
