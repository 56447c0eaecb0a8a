package openai

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is a form of answers. It is sent with the request, and answers are
// held against it here: a server may well ignore it.
type schema struct {
	name     string
	text     json.RawMessage
	compiled *jsonschema.Schema
}

//go:embed prompts/*.json prompts/*.txt
var promptFiles embed.FS

var (
	summarySchema = mustSchema("summary", promptFile("summary.schema.json"))
	textSchema    = mustSchema("text", promptFile("text.schema.json"))
)

func promptFile(name string) string {
	b, err := promptFiles.ReadFile("prompts/" + name)
	if err != nil {
		panic(err) // embedded
	}
	return string(b)
}

func mustSchema(name, text string) *schema {
	s, err := newSchema(name, text)
	if err != nil {
		panic(err) // embedded
	}
	return s
}

func newSchema(name, text string) (*schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name+".json", doc); err != nil {
		return nil, err
	}
	compiled, err := c.Compile(name + ".json")
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		return nil, err
	}
	return &schema{name: name, text: compact.Bytes(), compiled: compiled}, nil
}

var (
	thinking = regexp.MustCompile(`(?is)<(think|thinking|reasoning)>.*?</(?:think|thinking|reasoning)>`)
	fence    = regexp.MustCompile("(?s)```[a-zA-Z]*\\s*\\n?(.*?)```")
)

// payload strips what models put around JSON: their thoughts and fences.
func payload(text string) string {
	text = thinking.ReplaceAllString(text, "")
	if _, after, ok := strings.Cut(text, "</think>"); ok { // the beginning was part of the template
		text = after
	}
	text = strings.TrimSpace(text)
	if m := fence.FindStringSubmatch(text); m != nil {
		text = strings.TrimSpace(m[1])
	}
	return text
}

// read parses an answer into v. The error says what is wrong with it, for the
// model to mend; it wraps ErrUnusable.
func (s *schema) read(answer string, v any) error {
	text := payload(answer)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("%w: it is no JSON: %w", ErrUnusable, err)
	}
	if err := s.compiled.Validate(doc); err != nil {
		return fmt.Errorf("%w: it has not the form asked for: %s", ErrUnusable, strings.Join(strings.Fields(err.Error()), " "))
	}
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	return nil
}
