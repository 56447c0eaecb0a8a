// Package convert translates rules of other systems into rule files: Amazon
// Connect's Rules Function JSON and the rule JSON of 阿里云 智能对话分析. What has
// no translation is named, never dropped silently.
package convert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"earshot/models"
	"earshot/rules"
)

// Result is what became of rules written for another system.
type Result struct {
	YAML  []byte // a rule file, which compiles; empty if nothing could be carried over
	Rules int
	// Left are rules and parts that could not be carried over. A rule of which
	// a part is left is not in the file: half a rule would say something else.
	Left []Leftover
	// Changed are parts that were carried over with another meaning.
	Changed []Leftover
}

// Leftover names a part of an imported file.
type Leftover struct {
	Rule string `json:"rule,omitempty"`
	Part string `json:"part"`
	Why  string `json:"why"`
}

// String formats l as rule: part: why.
func (l Leftover) String() string {
	if l.Rule == "" {
		return l.Part + ": " + l.Why
	}
	return l.Rule + ": " + l.Part + ": " + l.Why
}

// importers read the formats by name.
var importers = map[string]func(*importer, any) error{
	"connect": (*importer).connect,
	"sca":     (*importer).sca,
}

// maxFile bounds a file, maxDepth how deep conditions are nested.
const (
	maxFile  = 32 << 20
	maxDepth = 64
)

// From translates rules of another system: connect is Amazon Connect's Rules
// Function JSON, sca is the rule JSON of 阿里云 智能对话分析. It returns an error
// that wraps models.ErrBadInput if the file is not of that format.
func From(format string, data []byte) (*Result, error) {
	read, ok := importers[format]
	if !ok {
		return nil, models.BadInput("unknown format %q; known: %v", format, slices.Sorted(maps.Keys(importers)))
	}
	if len(data) > maxFile {
		return nil, models.BadInput("%d bytes: at most %d in one file", len(data), maxFile)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, models.BadInput("not JSON: %w", err)
	}
	im := &importer{ids: map[string]bool{}}
	if err := read(im, v); err != nil {
		return nil, err
	}
	return im.result()
}

// importer collects the rules of one file.
type importer struct {
	out     Result
	ready   []yaml.MapSlice
	names   []string // of the rules, as they were
	ids     map[string]bool
	rule    string // the one being read
	problem bool   // a part of it was left
}

// leave notes a part that cannot be carried over.
func (im *importer) leave(part, format string, args ...any) {
	im.problem = true
	im.out.Left = append(im.out.Left, Leftover{im.rule, part, fmt.Sprintf(format, args...)})
}

func (im *importer) changed(part, format string, args ...any) {
	im.out.Changed = append(im.out.Changed, Leftover{im.rule, part, fmt.Sprintf(format, args...)})
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// add adds a rule unless a part of it was left.
func (im *importer) add(name, from string, fields ...yaml.MapItem) {
	if im.problem {
		return
	}
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(name), "_"), "_")
	if id == "" || id[0] < 'a' || id[0] > 'z' || len(id) < 2 {
		id = strings.TrimSuffix("imported_"+id, "_")
	}
	id = id[:min(len(id), 50)]
	for base, n := id, 2; im.ids[id]; n++ {
		id = fmt.Sprintf("%s_%d", base, n)
	}
	im.ids[id] = true
	rule := yaml.MapSlice{{Key: "id", Value: id}, {Key: "version", Value: "1"}, {Key: "name", Value: name}, {Key: "doc", Value: "Imported from " + from + "."}}
	im.ready, im.names = append(im.ready, append(rule, fields...)), append(im.names, name)
}

// result writes the rules, and makes sure of each that it can be read: what
// the other system allows and this one does not is left, with the reason.
func (im *importer) result() (*Result, error) {
	var kept []yaml.MapSlice
	for i, rule := range im.ready {
		text, err := yaml.Marshal(yaml.MapSlice{{Key: "rules", Value: []yaml.MapSlice{rule}}})
		if err == nil {
			err = rules.CheckFile("imported.yaml", text)
		}
		if err != nil {
			im.rule = im.names[i]
			im.leave("rule", "%s", err)
			continue
		}
		kept = append(kept, rule)
	}
	im.out.Rules = len(kept)
	if len(kept) == 0 {
		return &im.out, nil
	}
	text, err := yaml.MarshalWithOptions(yaml.MapSlice{{Key: "rules", Value: kept}}, yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write imported rules: %w", err)
	}
	if err := rules.CheckFile("imported.yaml", text); err != nil {
		return nil, fmt.Errorf("imported rules: %w", err)
	}
	im.out.YAML = text
	return &im.out, nil
}

// object is a JSON object of which it is noted what was read.
type object struct {
	fields map[string]any
	read   map[string]bool
}

func asObject(v any) (*object, bool) {
	m, ok := v.(map[string]any)
	return &object{m, map[string]bool{}}, ok
}

// get returns a field under one of its names, ignoring case.
func (o *object) get(names ...string) any {
	for _, name := range names {
		for key, v := range o.fields {
			if strings.EqualFold(key, name) {
				o.read[key] = true
				return v
			}
		}
	}
	return nil
}

func (o *object) text(names ...string) string {
	switch v := o.get(names...).(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// number returns a number, and whether there is one.
func (o *object) number(names ...string) (float64, bool) {
	switch v := o.get(names...).(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case string:
		f, err := json.Number(strings.TrimSpace(v)).Float64()
		return f, err == nil
	}
	return 0, false
}

func (o *object) yes(names ...string) bool {
	switch v := o.get(names...).(type) {
	case bool:
		return v
	case json.Number:
		return v.String() == "1"
	case string:
		return strings.EqualFold(v, "true") || v == "1"
	}
	return false
}

func (o *object) list(names ...string) []any {
	list, _ := o.get(names...).([]any)
	return list
}

func (o *object) texts(names ...string) []string {
	var out []string
	for _, v := range o.list(names...) {
		if s, ok := v.(string); ok && strings.TrimSpace(s) != "" {
			out = append(out, strings.TrimSpace(s))
		}
	}
	return out
}

// unread returns the fields that say something and that nobody asked for.
func (o *object) unread() []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(o.fields)) {
		if !o.read[key] && !nothing(o.fields[key]) {
			out = append(out, key)
		}
	}
	return out
}

// nothing reports whether a JSON value says nothing: null, false, 0, "" or
// nothing but such.
func nothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case json.Number:
		f, err := v.Float64()
		return err == nil && f == 0
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !nothing(item) })
	case map[string]any:
		for _, item := range v {
			if !nothing(item) {
				return false
			}
		}
		return true
	}
	return false
}

// op writes a condition with one operator.
func op(name string, value any) yaml.MapSlice { return yaml.MapSlice{{Key: name, Value: value}} }

// not negates a condition.
func negate(c any, yes bool) any {
	if yes {
		return op("not", c)
	}
	return c
}
