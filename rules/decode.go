package rules

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decode reads one YAML document into the struct that into points to, as
// strictly as rule files are read: unknown fields, values of the wrong type,
// missing fields marked `yaml:"name,required"`, aliases and tags are errors,
// each with file, line and column. It is for the files that build upon rules,
// such as scorecards and playbooks. The error wraps models.ErrBadInput.
func Decode(file string, data []byte, into any) error {
	docs, err := parse(file, data)
	if err != nil {
		return err
	}
	if len(docs) != 1 {
		return problem(Pos{File: file}, "%d documents: want one", len(docs))
	}
	d := decoder{}
	d.value(docs[0], reflect.ValueOf(into).Elem())
	return problems(d.errs)
}

// yamlValue is implemented by types with a notation of their own.
type yamlValue interface{ fromYAML(*node) error }

var (
	yamlValueType = reflect.TypeFor[yamlValue]()
	posType       = reflect.TypeFor[Pos]()
)

type decoder struct{ errs []error }

const maxProblems = 100

func (d *decoder) fail(pos Pos, format string, args ...any) {
	if len(d.errs) < maxProblems {
		d.errs = append(d.errs, problem(pos, format, args...))
	}
}

func (d *decoder) value(n *node, v reflect.Value) {
	if v.CanAddr() && v.Addr().Type().Implements(yamlValueType) {
		if err := v.Addr().Interface().(yamlValue).fromYAML(n); err != nil {
			d.errs = append(d.errs, locate(n.pos, err)...)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem())
	case reflect.Struct:
		d.fields(n, v)
	case reflect.Slice:
		d.list(n, v)
	case reflect.Map:
		d.mapping(n, v)
	default:
		d.scalar(n, v)
	}
}

// locate gives the position to each error that has none.
func locate(pos Pos, err error) []error {
	var out []error
	for _, p := range Problems(err) {
		if p.Pos == (Pos{}) {
			p.Pos = pos
		}
		out = append(out, p)
	}
	return out
}

func (d *decoder) fields(n *node, v reflect.Value) {
	if n.kind != mapNode {
		d.fail(n.pos, "want a mapping with %s, got %s", strings.Join(fieldNames(v.Type()), ", "), n.describe())
		return
	}
	known := fieldIndex(v.Type())
	for i := range n.fields {
		f := &n.fields[i]
		at, ok := known[f.name]
		if !ok {
			d.fail(f.pos, "%s", unknown("field", f.name, fieldNames(v.Type())))
			continue
		}
		if f.value.null {
			d.fail(f.pos, "%s is empty: give a value or leave it out", f.name)
			continue
		}
		d.value(f.value, v.FieldByIndex(at.index))
	}
	for name, at := range known {
		if at.required && n.get(name) == nil {
			d.fail(n.pos, "%s is missing", name)
		}
	}
	setPos(v, n.pos)
}

func setPos(v reflect.Value, pos Pos) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Type == posType && f.IsExported() {
			v.Field(i).Set(reflect.ValueOf(pos))
		}
	}
}

type fieldAt struct {
	index    []int
	required bool
}

// fieldIndex maps the names of a struct's yaml tags to its fields. Embedded
// structs lend theirs.
func fieldIndex(t reflect.Type) map[string]fieldAt {
	out := map[string]fieldAt{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		out[name] = fieldAt{f.Index, options == "required"}
	}
	return out
}

// fieldNames returns the names of a struct's yaml tags in the order written.
func fieldNames(t reflect.Type) []string {
	var out []string
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

// list reads a list; where one value stands instead of a list, it is a list of
// that one.
func (d *decoder) list(n *node, v reflect.Value) {
	items := n.items
	if n.kind != listNode {
		items = []*node{n}
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if item.null {
			d.fail(item.pos, "an empty item")
			continue
		}
		d.value(item, out.Index(i))
	}
	v.Set(out)
}

func (d *decoder) mapping(n *node, v reflect.Value) {
	if n.kind != mapNode {
		d.fail(n.pos, "want a mapping, got %s", n.describe())
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(n.fields))
	for i := range n.fields {
		f := &n.fields[i]
		value := reflect.New(v.Type().Elem()).Elem()
		if f.value.null {
			d.fail(f.pos, "%s is empty: give a value or leave it out", f.name)
			continue
		}
		d.value(f.value, value)
		out.SetMapIndex(reflect.ValueOf(f.name).Convert(v.Type().Key()), value)
	}
	v.Set(out)
}

func (d *decoder) scalar(n *node, v reflect.Value) {
	if n.kind != scalarNode {
		d.fail(n.pos, "want %s, got %s", kindName(v.Kind()), n.describe())
		return
	}
	switch v.Kind() {
	case reflect.String:
		if !utf8.ValidString(n.text) {
			d.fail(n.pos, "the text is not UTF-8")
			return
		}
		v.SetString(n.text)
	case reflect.Bool:
		if !n.plain || n.text != "true" && n.text != "false" {
			d.fail(n.pos, "want true or false, got %q", n.text)
			return
		}
		v.SetBool(n.text == "true")
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.text, 10, 64)
		if err != nil || !n.plain {
			d.fail(n.pos, "want a whole number, got %q", n.text)
			return
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.text, 64)
		if err != nil || !n.plain || math.IsNaN(f) || math.IsInf(f, 0) {
			d.fail(n.pos, "want a number, got %q", n.text)
			return
		}
		v.SetFloat(f)
	default:
		d.fail(n.pos, "cannot read %s", v.Type())
	}
}

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "text"
}

func (n *node) describe() string {
	switch {
	case n.null:
		return "nothing"
	case n.kind == scalarNode:
		return fmt.Sprintf("%.40q", n.text)
	}
	return n.kind.String()
}

// scalarText returns a scalar's text, or an error that says what was wanted.
func (n *node) scalarText(want string) (string, error) {
	if n.kind != scalarNode || n.null {
		return "", fmt.Errorf("want %s, got %s", want, n.describe())
	}
	return n.text, nil
}

// Text is text in one language or in several: plain text, or a mapping from
// zh and en.
type Text map[string]string

func (t *Text) fromYAML(n *node) error {
	*t = Text{}
	if n.kind == scalarNode && !n.null {
		(*t)[""] = strings.TrimSpace(n.text)
		return nil
	}
	if n.kind != mapNode || len(n.fields) == 0 {
		return errors.New("want text, or a mapping with zh and en")
	}
	for i := range n.fields {
		f := &n.fields[i]
		if !slices.Contains([]string{"zh", "en"}, f.name) {
			return problem(f.pos, "%s", unknown("language", f.name, []string{"zh", "en"}))
		}
		text, err := f.value.scalarText("text")
		if err != nil {
			return problem(f.pos, "%s", err)
		}
		(*t)[f.name] = strings.TrimSpace(text)
	}
	return nil
}

// In returns the text in a language, or in the other one where it is missing.
func (t Text) In(language string) string {
	for _, l := range []string{language, "", "en", "zh"} {
		if s, ok := t[l]; ok {
			return s
		}
	}
	return ""
}

// wordings is a text in both languages, each standing in for the other where that
// is missing.
type wordings struct{ en, zh string }

func (t Text) wordings() wordings { return wordings{t.In("en"), t.In("zh")} }

func (w *wordings) in(language string) string {
	if language == "zh" {
		return w.zh
	}
	return w.en
}

// valueOf returns what p points to for the decoder to fill.
func valueOf(p any) reflect.Value { return reflect.ValueOf(p).Elem() }
