package lexicons

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"earshot/models"
	"earshot/models/yamlfile"
)

// MaxBytes bounds a lexicon file: 60,000 words take about 2 MB.
const MaxBytes = 64 << 20

// Lexicon is a list of words and phrases with one meaning in one language.
// It is data: a YAML file with the fields below.
type Lexicon struct {
	ID       string       `yaml:"id"`
	Version  string       `yaml:"version"`
	Doc      string       `yaml:"doc"`
	Language string       `yaml:"language"` // zh or en
	Category string       `yaml:"category"` // what it finds is of kind word.<category>
	Severity int          `yaml:"severity"` // 0 to 3, of entries without their own
	Party    models.Party `yaml:"party"`    // whose turns count; empty: everybody's
	Source   string       `yaml:"source"`   // where the words come from
	Licence  string       `yaml:"licence"`  // SPDX expression
	Exact    bool         `yaml:"exact"`    // no search for hidden forms and homophones
	Gap      int          `yaml:"gap"`      // most characters between parts of an entry; 0: 10 in Chinese, 30 in English
	Words    Words        `yaml:"words"`    // that entries may name
	Entries  Entries      `yaml:"entries"`
	Allow    Entries      `yaml:"allow"` // an entry inside one of these does not count
	Tests    Tests        `yaml:"tests"`

	file string
	hash string
}

// Entry is a word, a phrase or a small pattern; see expand for its notation.
type Entry struct {
	Text     string
	Label    string
	Severity int // -1: the lexicon's

	literal      bool // Text is no pattern
	line, column int  // where it stands in its file
}

// Tests are turns that every change of a lexicon is tried on.
type Tests struct {
	Finds   []string `yaml:"finds"`   // each must give a finding of this lexicon
	Ignores []string `yaml:"ignores"` // none may
}

var (
	lexiconID = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)
	category  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// Entries is the list of a lexicon's entries.
type Entries []Entry

// UnmarshalYAML reads a list whose items are phrases, or mappings of label,
// severity and phrases, which stand for all of them.
func (e *Entries) UnmarshalYAML(node ast.Node) error {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		return yamlfile.Misplaced(node, "want a list of phrases")
	}
	for _, item := range list.Values {
		if item.Type() != ast.MappingType && item.Type() != ast.MappingValueType {
			if err := e.phrase(item, "", -1); err != nil {
				return err
			}
			continue
		}
		var group struct {
			Label    string     `yaml:"label"`
			Severity *int       `yaml:"severity"`
			Phrases  []ast.Node `yaml:"phrases"`
		}
		if err := yaml.NodeToValue(item, &group, yaml.Strict()); err != nil {
			return err
		}
		severity := -1
		if group.Severity != nil {
			if severity = *group.Severity; severity < 0 || severity > 3 {
				return yamlfile.Misplaced(item, "severity %d: want 0 to 3", severity)
			}
		}
		if len(group.Phrases) == 0 {
			return yamlfile.Misplaced(item, "phrases is missing or empty")
		}
		for _, p := range group.Phrases {
			if err := e.phrase(p, group.Label, severity); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Entries) phrase(node ast.Node, label string, severity int) error {
	at := node.GetToken().Position
	entry := Entry{Label: label, Severity: severity, line: at.Line, column: at.Column}
	if err := yaml.NodeToValue(node, &entry.Text); err != nil {
		return err
	}
	*e = append(*e, entry)
	return nil
}

// Parse reads a lexicon. Errors wrap models.ErrBadInput and begin with
// file, line and column where a place can be named.
func Parse(file string, text []byte) (*Lexicon, error) {
	if len(text) > MaxBytes {
		return nil, models.BadInput("%s: %d bytes: a lexicon has at most %d", file, len(text), MaxBytes)
	}
	l := &Lexicon{file: file}
	if err := yamlfile.Decode(text, l); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlfile.Placed(file, err)
	}
	if err := l.validate(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	l.hash = hex.EncodeToString(sum[:8])
	return l, nil
}

func (l *Lexicon) validate() error {
	switch {
	case !lexiconID.MatchString(l.ID):
		return models.BadInput("%s: id %q: want small letters, digits, - or _, and a letter first", l.file, l.ID)
	case l.Version == "":
		return models.BadInput("%s: version is missing: give one, and change it with the entries", l.file)
	case l.Language != "zh" && l.Language != "en":
		return models.BadInput("%s: language %q: want zh or en", l.file, l.Language)
	case !category.MatchString(l.Category):
		return models.BadInput("%s: category %q: want small letters, digits or _, and a letter first", l.file, l.Category)
	case l.Severity < 0 || l.Severity > 3:
		return models.BadInput("%s: severity %d: want 0 to 3", l.file, l.Severity)
	case l.Source == "" || l.Licence == "":
		return models.BadInput("%s: source or licence is missing: say where the words come from and under which licence", l.file)
	case len(l.Entries) == 0:
		return models.BadInput("%s: no entries", l.file)
	case l.Gap < 0 || l.Gap > widestGap:
		return models.BadInput("%s: gap %d: want up to %d characters", l.file, l.Gap, widestGap)
	}
	if l.Party != "" {
		if err := l.Party.Validate(); err != nil {
			return models.BadInput("%s: %w", l.file, err)
		}
	}
	return l.validateWords()
}

// validateWords returns an error if a phrase cannot be read, or if words have
// no use.
func (l *Lexicon) validateWords() error {
	used := map[string]bool{}
	for _, e := range slices.Concat(l.Entries, l.Allow) {
		if _, err := l.Words.expand(e.Text); err != nil {
			return yamlfile.Placed(l.file, yamlfile.At(e.line, e.column, fmt.Errorf("phrase %q: %w", e.Text, err)))
		}
		for _, m := range wordsUsed.FindAllStringSubmatch(e.Text, -1) {
			used[m[1]] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.Words)) {
		switch {
		case !wordsName.MatchString(name):
			return models.BadInput("%s: words %q: want a name of small letters, digits, spaces, - or _, and a letter first", l.file, name)
		case !used[name]:
			return models.BadInput("%s: words %q: no phrase names <%s>", l.file, name, name)
		}
	}
	return nil
}

// Vocabulary returns a lexicon of words taken as they are: none of the signs of
// entries means anything. It has severity 2, and counts for every party.
func Vocabulary(id, language string, words []string) *Lexicon {
	l := &Lexicon{ID: id, Version: "1", Language: language, Category: id, Severity: 2, Source: "as given", Licence: "as given", file: id}
	sum := sha256.New()
	for _, w := range words {
		l.Entries = append(l.Entries, Entry{Text: w, Severity: -1, literal: true})
		fmt.Fprintf(sum, "%s\n", w)
	}
	l.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return l
}

// By names l as the maker of a finding.
func (l *Lexicon) By() models.By {
	return models.By{Name: "words/" + l.ID, Version: l.Version, Hash: l.hash}
}

// Read reads lexicon files, and the .yaml files of folders, in order.
func Read(paths ...string) ([]*Lexicon, error) {
	var out []*Lexicon
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, models.BadInput("read lexicon: %w", err)
		}
		files := []string{path}
		if info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(path, "*.yaml")); err != nil {
				return nil, models.BadInput("read lexicons of %s: %w", path, err)
			}
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read lexicon: %w", err)
			}
			l, err := Parse(file, text)
			if err != nil {
				return nil, err
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// Choose returns the lexicons in use, sorted by id.
func Choose(builtin, own []*Lexicon, disabled []string) ([]*Lexicon, error) {
	byID := map[string]*Lexicon{}
	for _, l := range builtin {
		byID[l.ID] = l
	}
	seen := map[string]*Lexicon{}
	for _, l := range own {
		if other := seen[l.ID]; other != nil {
			return nil, models.BadInput("%s: id %q is also that of %s: give one of them another", l.file, l.ID, other.file)
		}
		seen[l.ID], byID[l.ID] = l, l
	}
	var out []*Lexicon
	for id, l := range byID {
		if !slices.Contains(disabled, id) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *Lexicon) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}
