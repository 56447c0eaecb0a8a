package rules

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	yamltoken "github.com/goccy/go-yaml/token"
)

// Limits on one YAML file. They bound time and memory for files that were
// made to break a parser; no file a person writes comes near them.
const (
	maxFileBytes = 16 << 20
	maxDepth     = 64
	maxBrackets  = 1000 // before parsing, where brackets in text count too
)

// Pos is a place in a file. A field of this type in a struct that Decode
// fills is set to where the struct's value begins.
type Pos struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String formats p as file:line:column.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	listNode
	mapNode
)

func (k nodeKind) String() string {
	return [...]string{"a single value", "a list", "a mapping"}[k]
}

// node is one value of a YAML file. Aliases, merge keys and tags do not exist
// here: a rule file says what it means where it says it, and cannot grow when
// it is read.
type node struct {
	pos    Pos
	kind   nodeKind
	text   string // of a scalar, as written for numbers and booleans
	plain  bool   // the scalar is a number, a boolean or null
	null   bool
	fields []field
	items  []*node
}

type field struct {
	pos   Pos
	name  string
	value *node
}

// get returns the value of a field, nil if there is none.
func (n *node) get(name string) *node {
	for i := range n.fields {
		if n.fields[i].name == name {
			return n.fields[i].value
		}
	}
	return nil
}

// parse reads the documents of a YAML file.
func parse(file string, data []byte) ([]*node, error) {
	if len(data) > maxFileBytes {
		return nil, problem(Pos{File: file}, "%d bytes: at most %d in one file; split it", len(data), maxFileBytes)
	}
	if i := strings.IndexFunc(string(data), func(r rune) bool { return r == utf8.RuneError || r == 0 }); i >= 0 {
		line := 1 + strings.Count(string(data[:i]), "\n")
		return nil, problem(Pos{File: file, Line: line, Column: 1}, "the file is not UTF-8 text")
	}
	if line, column := tooDeep(data); line > 0 {
		return nil, problem(Pos{file, line, column}, "nested more than %d levels deep", maxDepth)
	}
	f, err := parseYAML(data)
	if err != nil {
		return nil, syntaxProblem(file, err)
	}
	var docs []*node
	for _, doc := range f.Docs {
		if doc.Body == nil {
			continue
		}
		r := reader{file: file}
		n := r.read(doc.Body, 0)
		if r.err != nil {
			return nil, r.err
		}
		if !n.null {
			docs = append(docs, n)
		}
	}
	return docs, nil
}

// parseYAML calls the parser. A panic there is an error of the file: nothing
// that somebody hands in may end the program.
func parseYAML(data []byte) (f *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return parser.ParseBytes(data, 0)
}

// tooDeep looks for nesting that a recursive parser should not be given: it
// counts open brackets, and the dashes and question marks that open compact
// collections on one line. Brackets inside text count too, so the limit is far
// above the one that read enforces.
func tooDeep(data []byte) (line, column int) {
	depth, dashes := 0, 0
	line, column = 1, 0
	start := true // only indentation and collection indicators so far on this line
	for _, c := range data {
		column++
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '-', '?':
			if start {
				dashes++
			}
		case ' ', '\t':
		case '\n':
			line, column, dashes, start = line+1, 0, 0, true
			continue
		default:
			start = false
		}
		if depth > maxBrackets || dashes > maxBrackets {
			return line, column
		}
	}
	return 0, 0
}

func syntaxProblem(file string, err error) error {
	pos := Pos{File: file}
	message := err.Error()
	var e yaml.Error
	if errors.As(err, &e) {
		message = e.GetMessage()
		if t := e.GetToken(); t != nil && t.Position != nil {
			pos.Line, pos.Column = t.Position.Line, max(1, t.Position.Column)
		}
	}
	if strings.HasPrefix(message, "invalid header option") {
		message = "text that begins with > or | has to stand in quotes; or write over, at least, under, at most"
	}
	return problem(pos, "not valid YAML: %s", message)
}

const notPart = "anchors, aliases and merge keys are not part of this language; name the condition or the list instead"

type reader struct {
	file string
	err  error
}

func (r *reader) fail(pos Pos, format string, args ...any) *node {
	if r.err == nil {
		r.err = problem(pos, format, args...)
	}
	return &node{pos: pos, null: true, plain: true}
}

func (r *reader) at(t *yamltoken.Token) Pos {
	if t == nil || t.Position == nil {
		return Pos{File: r.file}
	}
	return Pos{r.file, t.Position.Line, max(1, t.Position.Column)}
}

func (r *reader) read(n ast.Node, depth int) *node {
	if r.err != nil {
		return &node{null: true}
	}
	pos := r.at(n.GetToken())
	if depth > maxDepth {
		return r.fail(pos, "nested more than %d levels deep", maxDepth)
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return r.mapping(n.Values, pos, depth)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, pos, depth)
	case *ast.SequenceNode:
		out := &node{pos: pos, kind: listNode}
		for _, v := range n.Values {
			out.items = append(out.items, r.read(v, depth+1))
		}
		return out
	case *ast.LiteralNode:
		return &node{pos: pos, text: n.Value.Value}
	case *ast.StringNode:
		return &node{pos: pos, text: n.Value}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &node{pos: pos, text: n.GetToken().Value, plain: true}
	case *ast.NullNode:
		return &node{pos: pos, plain: true, null: true}
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return r.fail(pos, notPart)
	case *ast.TagNode:
		return r.fail(pos, "tags such as %s are not part of this language", n.GetToken().Value)
	}
	return r.fail(pos, "%s is not part of this language", strings.ToLower(n.Type().String()))
}

func (r *reader) mapping(values []*ast.MappingValueNode, pos Pos, depth int) *node {
	out := &node{pos: pos, kind: mapNode}
	for i, v := range values {
		at := r.at(v.Key.GetToken())
		if i == 0 {
			out.pos = at
		}
		var name string
		switch k := v.Key.(type) {
		case *ast.StringNode:
			name = k.Value
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
			name = k.GetToken().Value
		case *ast.MergeKeyNode:
			return r.fail(at, notPart)
		default:
			return r.fail(at, "a key has to be plain text")
		}
		if out.get(name) != nil {
			return r.fail(at, "%q is given twice", name)
		}
		out.fields = append(out.fields, field{at, name, r.read(v.Value, depth+1)})
	}
	return out
}
