// Package yamlfile reads YAML files that people write, and says of what is wrong
// in one at which line and column it stands.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"earshot/models"
)

// Decode decodes text into v, which has no fields but those that text may
// set. goccy/go-yaml 1.19 panics on some tagged values: that is an error at
// the first tag.
func Decode(text []byte, v any) (err error) {
	defer func() {
		if p := recover(); p == nil {
			return
		} else if line, column, ok := firstTag(text); ok {
			err = At(line, column, errors.New("a value with a tag (!) that cannot be read: remove the tag, or put the value in quotation marks"))
		} else {
			err = fmt.Errorf("it cannot be read as YAML: %v", p)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(v)
}

// firstTag returns where the first tag of a YAML text stands.
func firstTag(text []byte) (line, column int, ok bool) {
	for _, t := range lexer.Tokenize(string(text)) {
		if t.Type == token.TagType {
			return t.Position.Line, t.Position.Column, true
		}
	}
	return 0, 0, false
}

// misplacedError is an error at a place, counted from 1.
type misplacedError struct {
	line, column int
	err          error
}

// At returns err with the place that it is at, counted from 1; Placed tells it.
func At(line, column int, err error) error { return &misplacedError{line, column, err} }

// Misplaced returns an error at a node.
func Misplaced(node ast.Node, format string, args ...any) error {
	switch n := node.(type) { // its token is the colon
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			node = n.Values[0].Key
		}
	case *ast.MappingValueNode:
		node = n.Key
	}
	p := node.GetToken().Position
	return At(p.Line, p.Column, fmt.Errorf(format, args...))
}

func (m *misplacedError) Error() string { return fmt.Sprintf("%d:%d: %s", m.line, m.column, m.err) }
func (m *misplacedError) Unwrap() error { return m.err }

// Placed returns the error of decoding a file with its place: file, line and column
// where they are known. It wraps models.ErrBadInput.
func Placed(file string, err error) error {
	var at *misplacedError
	if errors.As(err, &at) {
		return models.BadInput("%s:%d:%d: %w", file, at.line, at.column, at.err)
	}
	var place yaml.Error
	if errors.As(err, &place) && place.GetToken() != nil {
		p := place.GetToken().Position
		return models.BadInput("%s:%d:%d: %s", file, p.Line, p.Column, place.GetMessage())
	}
	return models.BadInput("%s: %w", file, err)
}
