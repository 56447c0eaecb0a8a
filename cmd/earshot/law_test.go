package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// law says which of our packages a folder may import, as docs/architecture.md
// shows it. A subfolder may import what its top folder may, the folders above
// it, and models with all below. cmd/earshot may import every part; its folders
// are bound among each other.
var law = map[string][]string{
	"models":    {},
	"ingest":    {"models"},
	"asr":       {"models"},
	"redact":    {"models"},
	"nlp":       {"models", "nlp/lexicons", "nlp/feelings", "nlp/claims"},
	"rules":     {"models"},
	"qa":        {"models", "rules"},
	"warehouse": {"models"},
	"report":    {"models"},
	"rootcause": {"models"},
	"brief":     {"models"},
	"topics":    {"models"},
	"bus":       {},
	"pipeline":  {"models", "bus"},
	"console":   {"models"},
	"eval":      {"models"},
	"demo":      {"models"},

	"cmd/earshot/config":   {},
	"cmd/earshot/terminal": {},
	"cmd/earshot/app":      {"cmd/earshot/config"},
	"cmd/earshot/ask":      {"cmd/earshot/app", "cmd/earshot/config", "cmd/earshot/terminal"},
	"cmd/earshot/judge":    {"cmd/earshot/app", "cmd/earshot/config", "cmd/earshot/terminal", "cmd/earshot/ask"},
	"cmd/earshot/measure":  {"cmd/earshot/app", "cmd/earshot/config", "cmd/earshot/terminal", "cmd/earshot/judge"},
	"cmd/earshot/service":  {"cmd/earshot/app", "cmd/earshot/config", "cmd/earshot/terminal", "cmd/earshot/ask"},
}

func TestImportLaw(t *testing.T) {
	root := filepath.Join("..", "..")
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && file != "." {
			_, err := os.Stat(filepath.Join(root, file, "go.mod"))
			if err == nil || strings.HasPrefix(d.Name(), ".") { // another module, or none of ours
				return fs.SkipDir
			}
		}
		if !strings.HasSuffix(file, ".go") || path.Dir(file) == "cmd/earshot" {
			return nil
		}
		from := path.Dir(file)
		part, _, _ := strings.Cut(from, "/")
		if part == "cmd" {
			part = from
		}
		if _, known := law[part]; !known {
			t.Errorf("%s: folder %s is not in the import law", file, part)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			to, ours := strings.CutPrefix(imported, "earshot/")
			if ours && !allowed(from, to, strings.HasSuffix(file, "_test.go")) {
				t.Errorf("%s imports %s, which the import law does not allow", file, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func allowed(from, to string, test bool) bool {
	top, _, _ := strings.Cut(from, "/")
	toTop, _, _ := strings.Cut(to, "/")
	switch {
	case top == "cmd":
		return toTop != "cmd" || from == to || slices.Contains(law[from], to)
	case toTop == "models":
		return top == "models" || slices.Contains(law[top], "models")
	case toTop == top: // above itself, a part of it that the law names, or from a test below
		return from == to || strings.HasPrefix(from, to+"/") || slices.Contains(law[top], to) || test
	case to == "eval": // by which tests measure
		return test
	case to == toTop: // another part's top folder only
		return slices.Contains(law[top], to)
	default:
		return test && toTop == "bus" && slices.Contains(law[top], toTop)
	}
}
