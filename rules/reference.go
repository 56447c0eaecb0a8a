package rules

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

//go:generate go test -run TestReference|TestConditions -update .

// Reference returns the reference page of all operators, in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Operators

What a rule can look for. Generated from the code; every example here is run by the tests.
How rules are put together is told in [the guide](../rules.md).

Counts and measures are written as a number (at least that many), or ` + "`over`, `at least`, `under`, `at most`, `exactly`" + ` and a number, or a range such as ` + "`2..5`" + `.
Times take units: ` + "`800ms`, `30s`, `1m30s`, `2h`, `1d`" + `. Where a list is wanted, a single value will do.

`)
	names := slices.Sorted(maps.Keys(operators))
	for _, name := range names {
		fmt.Fprintf(&b, "[%s](#%s) ", name, name)
	}
	b.WriteString("\n\n## Scope\n\nMost operators take these fields beside their own. They say where to look; without any, everywhere.\n\n")
	parameterTable(&b, reflect.TypeFor[Scope](), nil)
	b.WriteString(`
With one party, ` + "`first: 3 turns`" + ` counts the turns of that party. Seconds and shares count from the first word of a person, so that ringing and prompts do not matter.
What follows an anchor includes the rest of the same turn. An anchor that never happens leaves nothing to look at: the operator misses.
What depends on the end (` + "`last`" + `, shares of the conversation) becomes certain when the conversation is over; everything else as soon as its window has passed.
`)
	scopeFields := map[string]bool{}
	for _, name := range fieldNames(reflect.TypeFor[Scope]()) {
		scopeFields[name] = true
	}
	for _, name := range names {
		op := operators[name]
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", name, op.doc)
		p := op.params()
		t := reflect.TypeOf(p).Elem()
		if t.Kind() == reflect.Struct {
			skip := scopeFields
			_, takesScope := p.(scoped)
			if !takesScope {
				skip = nil
			}
			parameterTable(&b, t, skip)
			if takesScope {
				b.WriteString("\nTakes a [scope](#scope).\n")
			}
		}
		for _, e := range op.examples {
			b.WriteString("\n```yaml\n")
			conditions, isBeside := strings.CutPrefix(e.with, "@")
			if isBeside {
				b.WriteString(conditions + "\n")
			}
			fmt.Fprintf(&b, "when:\n  %s\n", e.rule)
			b.WriteString("tests:\n")
			more := func(text string) {
				if !isBeside {
					text = e.with + text
				} else if text == "" {
					return
				}
				if text != "" {
					fmt.Fprintf(&b, "    %s\n", text)
				}
			}
			fmt.Fprintf(&b, "  - hit: |\n      %s\n", strings.ReplaceAll(e.hit, "\n", "\n      "))
			more(e.only)
			fmt.Fprintf(&b, "  - miss: |\n      %s\n", strings.ReplaceAll(e.miss, "\n", "\n      "))
			more(e.not)
			b.WriteString("```\n")
		}
	}
	return b.String()
}

// parameterTable writes the fields of a struct as a table.
func parameterTable(b *strings.Builder, t reflect.Type, skip map[string]bool) {
	rows := 0
	for _, f := range reflect.VisibleFields(t) {
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" || skip[name] && len(f.Index) > 1 {
			continue
		}
		if rows == 0 {
			b.WriteString("| field | what |\n| --- | --- |\n")
		}
		rows++
		tag := tagParts(f.Tag.Get("jsonschema"))
		what := tag["description"]
		if enum := tag["enum"]; enum != "" {
			what = joinText("`"+strings.ReplaceAll(enum, "\n", "`, `")+"`", what)
		}
		if option == "required" {
			what = joinText("Required.", what)
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, strings.ReplaceAll(what, "|", "\\|"))
	}
}
