package rules

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// foreign is a condition that another system has.
type foreign struct {
	Of         string `yaml:"of,required"`
	Condition  string `yaml:"condition,required"`
	Conditions string `yaml:"conditions"`
	When       string `yaml:"when,required"`
	Hit        string `yaml:"hit,required"`
	Applies    string `yaml:"applies"`
	Miss       string `yaml:"miss"`
	NA         string `yaml:"na"` // instead of miss: the rule must not apply
	With       string `yaml:"with"`
	Only       string `yaml:"only"`
	Not        string `yaml:"not"`
}

// TestConditions shows that every condition of the systems people come from
// can be said here, and keeps the page that says how.
func TestConditions(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine computes")
	}
	data, err := os.ReadFile(filepath.Join("testdata", "conditions.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := parse("conditions.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	var rows []foreign
	d := decoder{}
	d.value(docs[0], valueOf(&rows))
	if err := problems(d.errs); err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString("# Conditions of other systems\n\nHow a condition known from elsewhere is said in a rule. Generated from `rules/testdata/conditions.yaml`, of which every row is a test.\n" +
		"`earshot rules import` translates rule files of Amazon Connect and 阿里云 SCA.\n")
	of := ""
	for _, row := range rows {
		if row.Of != of {
			of = row.Of
			fmt.Fprintf(&page, "\n## %s\n\n| condition | as a rule |\n| --- | --- |\n", of)
		}
		said := "`" + row.When + "`"
		if row.Applies != "" {
			said = "`applies: " + row.Applies + "`<br>" + said
		}
		if row.Conditions != "" {
			said = "`conditions: " + row.Conditions + "`<br>" + said
		}
		fmt.Fprintf(&page, "| %s | %s |\n", row.Condition, strings.ReplaceAll(said, "|", "\\|"))
		testForeign(t, &row)
	}
	page.WriteString("\n## What is no condition\n\nWeights, n/a, critical and fatal questions, questions that depend on others, and auto-fail belong to scorecards: [rules.md](../rules.md#a-scorecard). " +
		"Running a rule only on a share of conversations is `--sample` of `rules backtest`. Actions, such as opening a task, are for what reads the verdicts.\n")
	path := filepath.Join("..", "docs", "reference", "conditions.md")
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, []byte(page.String())) {
		t.Errorf("%s is stale: run go generate ./rules", path)
	}
}

func testForeign(t *testing.T, row *foreign) {
	t.Helper()
	var b strings.Builder
	b.WriteString("rules:\n  - id: example\n    version: \"1\"\n    name: example\n")
	if row.Conditions != "" {
		fmt.Fprintf(&b, "    conditions: %s\n", row.Conditions)
	}
	if row.Applies != "" {
		fmt.Fprintf(&b, "    applies: %s\n", row.Applies)
	}
	fmt.Fprintf(&b, "    when: {%s}\n    tests:\n", row.When)
	test := func(outcome, dialogue, more string) {
		fmt.Fprintf(&b, "      - %s: |\n%s\n", outcome, indent2(dialogue, 10))
		for _, line := range []string{row.With, more} {
			if line != "" {
				fmt.Fprintf(&b, "        %s\n", line)
			}
		}
	}
	test("hit", row.Hit, row.Only)
	if row.NA != "" {
		test("na", row.NA, row.Not)
	} else {
		test("miss", row.Miss, row.Not)
	}
	set, err := Load(fstest.MapFS{"example.yaml": {Data: []byte(b.String())}})
	if err != nil {
		t.Errorf("%s: %s: %v", row.Of, row.Condition, err)
		return
	}
	r := set.Rule("example")
	for i := range r.Tests {
		if err := set.runTest(r, &r.Tests[i]); err != nil {
			t.Errorf("%s: %s: %v", row.Of, row.Condition, err)
		}
	}
}
