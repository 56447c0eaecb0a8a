package rules

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the generated reference pages")

func TestReference(t *testing.T) {
	for name, want := range map[string][]byte{"operators.md": []byte(Reference()), "rules.schema.json": Schema()} {
		path := filepath.Join("..", "docs", "reference", name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./rules", name)
		}
	}
}

// plainValue turns a node into what a JSON Schema validator reads.
func (n *node) plainValue() any {
	switch n.kind {
	case listNode:
		out := []any{}
		for _, item := range n.items {
			out = append(out, item.plainValue())
		}
		return out
	case mapNode:
		out := map[string]any{}
		for _, f := range n.fields {
			out[f.name] = f.value.plainValue()
		}
		return out
	}
	if n.plain {
		if f, err := strconv.ParseFloat(n.text, 64); err == nil {
			return f
		}
		if n.text == "true" || n.text == "false" {
			return n.text == "true"
		}
	}
	return n.text
}

func rulesSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("rules.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("rules.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The shipped rules and all examples are what the schema describes.
func TestSchemaTakesRules(t *testing.T) {
	s := rulesSchema(t)
	check := func(name string, data []byte) {
		docs, err := parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range docs {
			if err := s.Validate(doc.plainValue()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	files, err := fs.Glob(Builtin(), "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(Builtin(), name)
		if err != nil {
			t.Fatal(err)
		}
		check(name, data)
	}
	for name, op := range operators {
		for _, e := range op.examples {
			check(name, []byte(exampleRule(e.rule, "hit", e.hit, e.with+e.only)))
		}
	}
}

// What an editor should mark, it marks.
func TestSchemaRefuses(t *testing.T) {
	s := rulesSchema(t)
	for _, text := range []string{
		"rule: []\n",
		"rules: [{id: a, version: \"1\", name: n}]\n",
		"rules: [{id: a, version: \"1\", name: n, when: {word: {any: [a]}}}]\n",
		"rules: [{id: a, version: \"1\", name: n, when: {words: {anny: [a]}}}]\n",
		"rules: [{id: a, version: \"1\", name: n, when: {words: {any: [a], party: boss}}}]\n",
		"rules: [{id: a, version: \"1\", name: n, when: {words: {any: [a], first: soon}}}]\n",
		"rules: [{id: a, version: \"1\", name: {de: n}, when: {words: {any: [a]}}}]\n",
		"rules: [{id: a, version: \"1\", name: n, severity: 7, when: {words: {any: [a]}}}]\n",
	} {
		docs, err := parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(docs[0].plainValue()); err == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}

// A field of an operator must not hide one of the scope, which would then be
// lost without a word.
func TestNoFieldHidesScope(t *testing.T) {
	scope := map[string]bool{}
	for _, name := range fieldNames(reflect.TypeFor[Scope]()) {
		scope[name] = true
	}
	for name, op := range operators {
		p := op.params()
		if _, ok := p.(scoped); !ok {
			continue
		}
		params := reflect.TypeOf(p).Elem()
		for i := range params.NumField() {
			f := params.Field(i)
			tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if !f.Anonymous && scope[tag] {
				t.Errorf("%s: the field %s hides that of the scope", name, tag)
			}
		}
	}
}
