package nlp

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"earshot/models"
	"earshot/models/yamlfile"
)

// Branches are the uppermost level of a cause: who or what has to change.
var Branches = []string{"people", "process", "system"}

// Taxonomy says where the causes of complaints belong: one tree for Chinese and
// English. It is data: causes.yaml, or a file of the user.
type Taxonomy struct {
	places map[string]string // by field/reason: branch/field/reason
	names  CauseNames
	hash   string
}

//go:embed causes.yaml
var causesFile []byte

// builtinTaxonomy is the one used where nothing is set.
var builtinTaxonomy = sync.OnceValues(func() (*Taxonomy, error) { return ParseTaxonomy("causes.yaml", causesFile) })

// ReadTaxonomy reads a file; the built-in taxonomy where file is empty. Errors
// wrap models.ErrBadInput.
func ReadTaxonomy(file string) (*Taxonomy, error) {
	if file == "" {
		return builtinTaxonomy()
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, models.BadInput("nlp.causes: %w", err)
	}
	return ParseTaxonomy(file, text)
}

type taxonomyFile struct {
	Version string     `yaml:"version"`
	Doc     string     `yaml:"doc"`
	Causes  branches   `yaml:"causes"`
	Names   CauseNames `yaml:"names"`
}

// CauseNames are what people call fields and reasons, by the field or reason and
// then by language: en and zh.
type CauseNames map[string]map[string]string

// UnmarshalYAML reads a mapping of fields and reasons to their names in both
// languages.
func (n *CauseNames) UnmarshalYAML(node ast.Node) error {
	*n = CauseNames{}
	tree, ok := node.(*ast.MappingNode)
	if !ok {
		return yamlfile.Misplaced(node, "want fields and reasons, each with its names: {en: …, zh: …}")
	}
	for _, entry := range tree.Values {
		var part string
		if err := yaml.NodeToValue(entry.Key, &part); err != nil {
			return err
		}
		var names map[string]string
		if err := yaml.NodeToValue(entry.Value, &names); err != nil {
			return yamlfile.Misplaced(entry, "name of %q: want {en: …, zh: …}", part)
		}
		for _, language := range nameLanguages {
			if strings.TrimSpace(names[language]) == "" {
				return yamlfile.Misplaced(entry, "name of %q: %s is missing: give names in both languages, en and zh", part, language)
			}
		}
		if len(names) > len(nameLanguages) {
			return yamlfile.Misplaced(entry, "name of %q: want en and zh only", part)
		}
		(*n)[part] = names
	}
	return nil
}

var nameLanguages = []string{"en", "zh"}

// branches holds the places of causes.
type branches map[string]string

var causeName = regexp.MustCompile(`^[^/\s][^/]*/[^/\s][^/]*$`)

// UnmarshalYAML reads a mapping of branches, of which each is a list of causes.
// A cause is field/reason, or a mapping of one to what it is called from now on.
func (b *branches) UnmarshalYAML(node ast.Node) error {
	*b = branches{}
	tree, ok := node.(*ast.MappingNode)
	if !ok {
		return yamlfile.Misplaced(node, "want people, process and system, each with a list of causes")
	}
	for _, branch := range tree.Values {
		name := branch.Key.String()
		if !slices.Contains(Branches, name) {
			return yamlfile.Misplaced(branch, "branch %q: want one of %s", name, strings.Join(Branches, ", "))
		}
		list, ok := branch.Value.(*ast.SequenceNode)
		if !ok {
			return yamlfile.Misplaced(branch, "want a list of causes such as delivery/late")
		}
		for _, item := range list.Values {
			if err := b.add(name, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *branches) add(branch string, item ast.Node) error {
	var cause string
	as := map[string]string{}
	if item.Type() == ast.MappingType || item.Type() == ast.MappingValueType {
		if err := yaml.NodeToValue(item, &as); err != nil {
			return err
		}
	} else {
		if err := yaml.NodeToValue(item, &cause); err != nil {
			return err
		}
		as[cause] = cause
	}
	for cause, called := range as {
		for _, c := range []string{cause, called} {
			if !causeName.MatchString(c) {
				return yamlfile.Misplaced(item, "cause %q: want field/reason, such as delivery/late", c)
			}
		}
		if place, ok := (*b)[cause]; ok {
			return yamlfile.Misplaced(item, "cause %s is already at %s", cause, place)
		}
		(*b)[cause] = branch + "/" + called
	}
	return nil
}

// ParseTaxonomy reads a taxonomy. Errors wrap models.ErrBadInput and begin with
// file, line and column where a place can be named.
func ParseTaxonomy(file string, text []byte) (*Taxonomy, error) {
	var f taxonomyFile
	if err := yamlfile.Decode(text, &f); err != nil {
		return nil, yamlfile.Placed(file, err)
	}
	switch {
	case f.Version == "":
		return nil, models.BadInput("%s: version is missing: give one, and change it with the causes", file)
	case len(f.Causes) == 0:
		return nil, models.BadInput("%s: no causes", file)
	}
	if err := f.Names.of(f.Causes); err != nil {
		return nil, models.BadInput("%s: %w", file, err)
	}
	sum := sha256.Sum256(text)
	return &Taxonomy{places: f.Causes, names: f.Names, hash: hex.EncodeToString(sum[:8])}, nil
}

// Names returns what the file calls fields and reasons in each language; none
// for those it does not name.
func (t *Taxonomy) Names() CauseNames { return t.names }

// of returns an error if there is a name of what no cause has.
func (n CauseNames) of(causes branches) error {
	parts := map[string]bool{}
	for _, place := range causes {
		for _, part := range strings.Split(place, "/")[1:] {
			parts[part] = true
		}
	}
	for _, part := range slices.Sorted(maps.Keys(n)) {
		if !parts[part] {
			return fmt.Errorf("names: %q is no field or reason of these causes", part)
		}
	}
	return nil
}

// place returns where a label of a reason, branch/field/reason, belongs: as the
// taxonomy says or, for one that it does not have, as it is.
func (t *Taxonomy) place(label string) string {
	if _, cause, ok := strings.Cut(label, "/"); ok {
		if place, ok := t.places[cause]; ok {
			return place
		}
	}
	return label
}
