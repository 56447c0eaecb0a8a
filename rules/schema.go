package rules

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"earshot/models"
)

// Schema returns the JSON Schema (draft 2020-12) of rule files, which lets an
// editor complete and check them while they are written.
func Schema() []byte {
	return JSONSchema(file{}, "Earshot rules", "https://earshot.invalid/rules.schema.json")
}

// JSONSchema returns the schema of the YAML that Decode reads into a struct
// like v, from its yaml and jsonschema tags.
func JSONSchema(v any, title, id string) []byte {
	b := schemaBuilder{defs: map[string]any{}}
	root := b.of(reflect.TypeOf(v))
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"], root["title"] = id, title
	if len(b.defs) > 0 {
		root["$defs"] = b.defs
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps of plain values
	}
	return append(out, '\n')
}

type schema = map[string]any

type schemaBuilder struct{ defs map[string]any }

// notations are the schemas of types with a notation of their own.
func (b *schemaBuilder) notation(t reflect.Type) (schema, bool) {
	scalar := func(description string) schema {
		return schema{"type": []string{"string", "number"}, "description": description}
	}
	switch t {
	case reflect.TypeFor[Text]():
		return schema{"description": "Text, or text by language", "oneOf": []schema{{"type": "string"},
			{"type": "object", "properties": schema{"zh": schema{"type": "string"}, "en": schema{"type": "string"}}, "additionalProperties": false, "minProperties": 1}}}, true
	case reflect.TypeFor[Span]():
		return schema{"type": "string", "description": "A distance: 3 turns, 30s, 1m30s, 10%", "pattern": `^-?\s*([0-9]+\s*turns?|[0-9.]+\s*%|([0-9.]+(ms|s|m|h|d))+)$`}, true
	case reflect.TypeFor[Count]():
		return scalar("A count: 3 (at least), under 2, exactly 1, 2..5"), true
	case reflect.TypeFor[Number]():
		return scalar("A number: 0.8 (at least), under 2, 2..5"), true
	case reflect.TypeFor[Length]():
		return scalar("A time: 30s (at least), over 2m, 5s..10s"), true
	case reflect.TypeFor[Which]():
		return schema{"oneOf": []schema{{"enum": []string{"first", "last", "any", "each"}}, {"type": "integer", "minimum": 1}}}, true
	case reflect.TypeFor[Parties]():
		one := schema{"enum": []string{"agent", "customer", "system", "unknown", "any"}}
		return orList(one), true
	case reflect.TypeFor[Date]():
		return schema{"type": "string", "format": "date"}, true
	case reflect.TypeFor[models.Channel]():
		return schema{"enum": models.Channels()}, true
	case reflect.TypeFor[Condition]():
		if b.defs["condition"] == nil {
			b.condition()
		}
		return schema{"$ref": "#/$defs/condition"}, true
	}
	return nil, false
}

// condition defines conditions: a name, all, any, not, or an operator.
func (b *schemaBuilder) condition() {
	b.defs["condition"] = true // stands while the operators refer to it
	ref := schema{"$ref": "#/$defs/condition"}
	list := schema{"type": "array", "items": ref, "minItems": 1}
	only := func(name string, value any, doc string) schema {
		return schema{"type": "object", "properties": schema{name: value}, "required": []string{name}, "additionalProperties": false, "description": doc}
	}
	options := []schema{
		{"type": "string", "description": "The name of a condition of this rule"},
		only("all", list, "All of these hold"), only("any", list, "One of these holds"), only("not", ref, "This does not hold"),
	}
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		op := operators[name]
		s := b.of(reflect.TypeOf(op.params()).Elem())
		s["description"] = op.doc
		b.defs["op_"+name] = s
		options = append(options, only(name, schema{"$ref": "#/$defs/op_" + name}, op.doc))
	}
	b.defs["condition"] = schema{"oneOf": options}
}

// orList is a schema for one or a list of it.
func orList(one schema) schema {
	return schema{"oneOf": []schema{one, {"type": "array", "items": one}}}
}

func (b *schemaBuilder) of(t reflect.Type) schema {
	if s, ok := b.notation(t); ok {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return b.of(t.Elem())
	case reflect.Slice:
		item := b.of(t.Elem())
		if t.Elem().Kind() == reflect.Slice { // a list of lists takes single values too
			return schema{"type": "array", "items": item}
		}
		return orList(item)
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": b.of(t.Elem())}
	case reflect.Struct:
		return b.object(t)
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Float64:
		return schema{"type": "number"}
	}
	return schema{"type": []string{"string", "number", "boolean"}}
}

// object describes a struct. One that holds itself, such as the steps of a
// flow, becomes a definition of its own.
func (b *schemaBuilder) object(t reflect.Type) schema {
	if recursive(t) {
		name := strings.ToLower(t.Name())
		if b.defs[name] == nil {
			b.defs[name] = true
			b.defs[name] = b.fields(t)
		}
		return schema{"$ref": "#/$defs/" + name}
	}
	return b.fields(t)
}

func recursive(t reflect.Type) bool {
	for _, f := range reflect.VisibleFields(t) {
		ft := f.Type
		for ft.Kind() == reflect.Slice || ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		if ft == t {
			return true
		}
	}
	return false
}

func (b *schemaBuilder) fields(t reflect.Type) schema {
	properties := schema{}
	var required []string
	for _, f := range reflect.VisibleFields(t) {
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		s := maps.Clone(b.of(f.Type))
		for key, value := range tagParts(f.Tag.Get("jsonschema")) {
			switch key {
			case "enum":
				s = schema{"enum": strings.Split(value, "\n"), "description": s["description"]}
				if s["description"] == nil {
					delete(s, "description")
				}
			case "minimum", "maximum":
				if n, err := strconv.ParseFloat(value, 64); err == nil {
					s[key] = n
				}
			case "description":
				s[key] = value
			}
		}
		if d := tagParts(f.Tag.Get("jsonschema"))["description"]; d != "" {
			s["description"] = d
		}
		properties[name] = s
		if option == "required" {
			required = append(required, name)
		}
	}
	out := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		out["required"] = required
	}
	return out
}

var tagKey = regexp.MustCompile(`^(enum|minimum|maximum|description)=`)

// tagParts takes a jsonschema tag apart. Values of repeated keys are joined by
// line ends; a comma that does not begin a key belongs to the value before.
func tagParts(tag string) map[string]string {
	out := map[string]string{}
	last := ""
	for _, part := range strings.Split(strings.ReplaceAll(tag, `\,`, "\x00"), ",") {
		part = strings.ReplaceAll(part, "\x00", ",")
		if m := tagKey.FindStringSubmatch(part); m != nil {
			last = m[1]
			if part = part[len(m[0]):]; out[last] != "" {
				part = out[last] + "\n" + part
			}
			out[last] = part
		} else if last != "" {
			out[last] += "," + part
		}
	}
	return out
}
