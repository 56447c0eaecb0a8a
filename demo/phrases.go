package demo

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed phrases/*.yaml
var phraseFiles embed.FS

// phrases is what the conversations of one language are made from.
type phrases struct {
	Teams    []string        `yaml:"teams"`
	Team     string          `yaml:"team"` // a name of a team; {n} numbers the teams of one place
	Surnames []string        `yaml:"surnames"`
	Givens   []string        `yaml:"givens"`
	Regions  []string        `yaml:"regions"`
	Founds   []string        `yaml:"founds"`
	Repeats  []string        `yaml:"repeats"`
	Probes   []probe         `yaml:"probes"`
	Names    []string        `yaml:"names"`
	Topics   []topic         `yaml:"topics"`
	Good     goodAgent       `yaml:"good"`
	Poor     poorAgent       `yaml:"poor"`
	Customer customerPhrases `yaml:"customer"`

	language string
	space    string // between sentences
}

// topic is what a conversation is about.
type topic struct {
	Queue    string    `yaml:"queue"`
	Brand    string    `yaml:"brand"`
	Products []string  `yaml:"products"`
	Cases    []problem `yaml:"cases"`
	Checks   []string  `yaml:"checks"`
	Promises []string  `yaml:"promises"`
	Refusals []string  `yaml:"refusals"`
	Causes   []cause   `yaml:"causes"`
}

// cause is why customers complain: its branch is people, process or system.
type cause struct {
	Name   string `yaml:"name"`
	Branch string `yaml:"branch"`
	Found  string `yaml:"found"`
}

// probe is a question of the agent and what the customer says to it.
type probe struct {
	Ask    string `yaml:"ask"`
	Answer string `yaml:"answer"`
}

// problem is what the customer comes with. Any of its reasons, field/reason, is
// right for why.
type problem struct {
	Problem string   `yaml:"problem"`
	Reasons []string `yaml:"reasons"`
	Fix     string   `yaml:"fix"`
}

type goodAgent struct {
	Greetings []string `yaml:"greetings"`
	Apologies []string `yaml:"apologies"`
	Empathy   []string `yaml:"empathy"`
	Waits     []string `yaml:"waits"`
	Thanks    []string `yaml:"thanks"`
	Closings  []string `yaml:"closings"`
	Farewells []string `yaml:"farewells"`
}

type poorAgent struct {
	Greetings []string `yaml:"greetings"`
	Thanks    []string `yaml:"thanks"`
	Answers   []string `yaml:"answers"`
	Closings  []string `yaml:"closings"`
	Rude      []string `yaml:"rude"`
}

type customerPhrases struct {
	Details  []string `yaml:"details"`
	Calm     []string `yaml:"calm"`
	Upset    []string `yaml:"upset"`
	Angry    []string `yaml:"angry"`
	Threats  []string `yaml:"threats"`
	Abuse    []string `yaml:"abuse"`
	Churn    []string `yaml:"churn"`
	Happy    []string `yaml:"happy"`
	Resigned []string `yaml:"resigned"`
	None     []string `yaml:"none"`
}

var loadPhrases = sync.OnceValues(func() ([]*phrases, error) {
	var all []*phrases
	for _, language := range []string{"zh", "en"} {
		text, err := phraseFiles.ReadFile("phrases/" + language + ".yaml")
		if err != nil {
			return nil, err
		}
		p := &phrases{language: language}
		if err := yaml.UnmarshalWithOptions(text, p, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("demo/phrases/%s.yaml: %w", language, err)
		}
		if language == "en" {
			p.space = " "
		}
		all = append(all, p)
	}
	return all, nil
})

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// fill replaces the words in braces.
func fill(template string, words map[string]string) string {
	if !strings.Contains(template, "{") {
		return template
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		word, after, _ := strings.Cut(rest, "}")
		b.WriteString(words[word])
		template = after
	}
}
