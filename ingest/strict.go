package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"earshot/models"
)

// maxDepth bounds how deep JSON from outside may nest; an interaction nests
// seven deep.
const maxDepth = 64

var (
	interactionType = reflect.TypeFor[models.Interaction]()
	timeType        = reflect.TypeFor[time.Time]()
	momentType      = reflect.TypeFor[Moment]()
)

// decodeStrict reads one JSON document into v, a pointer to a struct. It
// refuses what encoding/json would let pass: unknown fields, fields given
// twice, names that differ in case, text that is not UTF-8, and anything after
// the document. Errors name the line, counted from first, the field, and the
// fields that there are.
func decodeStrict(doc []byte, first int, v any) error {
	if !utf8.Valid(doc) {
		n := 0
		for n < len(doc) {
			r, size := utf8.DecodeRune(doc[n:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			n += size
		}
		return refusalAt(lineAt(doc, n, first), "not-utf8", "", "byte %#x is not UTF-8: save the file as UTF-8, or set ingest.encoding", doc[n])
	}
	w := walker{doc: doc, first: first, dec: json.NewDecoder(bytes.NewReader(doc))}
	w.dec.UseNumber()
	if err := w.value(reflect.TypeOf(v).Elem(), ""); err != nil {
		return err
	}
	if _, err := w.dec.Token(); !errors.Is(err, io.EOF) {
		return refusalAt(w.line(), "bad-json", "", "something follows the end of the JSON document: remove it")
	}
	if err := json.Unmarshal(doc, v); err != nil {
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) {
			return refusalAt(lineAt(doc, int(mismatch.Offset), first), "wrong-type", mismatch.Field, "%s is a %s: want %s", named(mismatch.Field), mismatch.Value, kindName(mismatch.Type))
		}
		return refusalAt(first, "bad-json", "", "%w", err)
	}
	return nil
}

// walker reads a document token by token along the Go type it is meant for.
type walker struct {
	doc   []byte
	first int
	dec   *json.Decoder
	depth int
}

func (w *walker) line() int { return lineAt(w.doc, int(w.dec.InputOffset()), w.first) }

func lineAt(doc []byte, offset, first int) int {
	return first + bytes.Count(doc[:min(max(offset, 0), len(doc))], []byte{'\n'})
}

// value reads one value for t, or of any shape if t is nil.
func (w *walker) value(t reflect.Type, path string) error {
	tok, err := w.token()
	if err != nil {
		return err
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch tok {
	case json.Delim('{'):
		return w.object(t, path)
	case json.Delim('['):
		return w.array(t, path)
	}
	if n, ok := tok.(json.Number); ok && t != nil && t != momentType && isInteger(t.Kind()) {
		if _, err := strconv.ParseInt(n.String(), 10, 64); err != nil {
			return refusalAt(w.line(), "wrong-type", path, "%s is %.40s: want a whole number", named(path), n)
		}
	}
	return nil
}

func (w *walker) object(t reflect.Type, path string) error {
	if w.depth++; w.depth > maxDepth {
		return tooDeep(w.line())
	}
	var fields map[string]reflect.Type
	var element reflect.Type
	if t != nil && t.Kind() == reflect.Struct {
		fields = structFields(t)
	} else if t != nil && t.Kind() == reflect.Map {
		element = t.Elem()
	}
	seen := map[string]bool{}
	for n := 0; w.dec.More(); n++ {
		tok, err := w.token()
		if err != nil {
			return err
		}
		name, _ := tok.(string)
		here := name
		if path != "" {
			here = path + "." + name
		}
		inner := element
		if fields != nil {
			var known bool
			if inner, known = fields[name]; !known {
				return unknownField(w.line(), here, name, t)
			}
		}
		if element != nil && n >= models.MaxAttributes {
			return refusalAt(w.line(), "too-large", path, "%s has more than %d entries", named(path), models.MaxAttributes)
		}
		if seen[name] && (fields != nil || element != nil) {
			return refusalAt(w.line(), "bad-json", here, "%s is given twice: keep one", named(here))
		}
		if fields != nil || element != nil {
			seen[name] = true
		}
		if err := w.value(inner, here); err != nil {
			return err
		}
	}
	w.depth--
	_, err := w.token()
	return err
}

func (w *walker) array(t reflect.Type, path string) error {
	if w.depth++; w.depth > maxDepth {
		return tooDeep(w.line())
	}
	var element reflect.Type
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		element = t.Elem()
	}
	for i := 0; w.dec.More(); i++ {
		if element != nil && i >= models.MaxTurns {
			// Small elements grow many times over in memory.
			return refusalAt(w.line(), "too-large", path, "%s has more than %d entries: split the conversation", named(path), models.MaxTurns)
		}
		if err := w.value(element, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	w.depth--
	_, err := w.token()
	return err
}

func (w *walker) token() (json.Token, error) {
	tok, err := w.dec.Token()
	if err == nil {
		return tok, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, refusalAt(lineAt(w.doc, len(w.doc), w.first), "bad-json", "", "the JSON document ends too soon: was the file written completely?")
	}
	return nil, refusalAt(w.line(), "bad-json", "", "not JSON: %w", err)
}

func tooDeep(line int) error {
	return refusalAt(line, "too-deep", "", "JSON nested more than %d deep is not ours", maxDepth)
}

func unknownField(line int, path, name string, t reflect.Type) error {
	known := knownFields(t)
	hint := "."
	if near := nearest(name, known); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return refusalAt(line, "unknown-field", path, "unknown field %q%s Known here: %s", truncate(path, 80), hint, strings.Join(known, ", "))
}

// structFields returns the JSON names of t's fields with their types.
func structFields(t reflect.Type) map[string]reflect.Type {
	if f, ok := fieldCache.Load(t); ok {
		return f.(map[string]reflect.Type)
	}
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = f.Type
	}
	fieldCache.Store(t, fields)
	return fields
}

var fieldCache sync.Map // reflect.Type to map[string]reflect.Type

// knownFields returns the JSON names of t's fields in the order of the source.
func knownFields(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous && name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// nearest returns the candidate that a typing slip could have turned into
// name, or "".
func nearest(name string, candidates []string) string {
	best, at := "", 3
	for _, c := range candidates {
		if d := editDistance(strings.ToLower(truncate(name, 64)), c); d < at && d < len(c) {
			best, at = c, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func isInteger(k reflect.Kind) bool {
	return slices.Contains([]reflect.Kind{reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint64}, k)
}

func kindName(t reflect.Type) string {
	switch {
	case t == timeType:
		return "an RFC 3339 time in quotes"
	case isInteger(t.Kind()):
		return "a whole number"
	}
	switch t.Kind() {
	case reflect.String:
		return "text in quotes"
	case reflect.Float64, reflect.Float32:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

func named(path string) string {
	if path == "" {
		return "the document"
	}
	return fmt.Sprintf("%q", truncate(path, 80))
}

func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
