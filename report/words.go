package report

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// dictionary holds the words of a language: for columns, for the values of
// columns, and the fixed ones.
type dictionary struct {
	Columns map[string]string            `yaml:"columns"`
	Values  map[string]map[string]string `yaml:"values"`
	Fixed   map[string]string            `yaml:"fixed"`
	Paths   map[string]string            `yaml:"paths"` // of the parts of a cause such as process/delivery/late
}

var dictionaries = sync.OnceValue(func() map[string]dictionary {
	all := map[string]dictionary{}
	for _, language := range Languages() {
		b, err := wordFiles.ReadFile("words/" + language + ".yaml")
		if err != nil {
			panic(err) // part of the program
		}
		var d dictionary
		if err := yaml.UnmarshalWithOptions(b, &d, yaml.Strict()); err != nil {
			panic("report/words/" + language + ".yaml: " + err.Error()) // a test reads it
		}
		all[language] = d
	}
	return all
})

// Heading returns the title of a column for people: from the dictionary, or
// for English from the name itself.
func Heading(column, language string) string {
	if title := dictionaries()[language].Columns[column]; title != "" {
		return title
	}
	title := strings.ReplaceAll(column, "_", " ")
	if of, ok := strings.CutSuffix(title, " percent"); ok {
		title = of + " %"
	}
	for _, unit := range []string{"minutes", "seconds", "hours"} {
		if of, ok := strings.CutSuffix(title, " "+unit); ok {
			title = of + " (" + unit + ")"
		}
	}
	r, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToUpper(r)) + title[size:]
}

// value returns the words for a value of a column, such as a channel; values
// that have none stay as they are.
func value(column, v, language string) string {
	if word := dictionaries()[language].Values[column][v]; word != "" {
		return word
	}
	if slices.Contains(pathColumns, column) {
		parts := strings.Split(v, "/")
		for i, part := range parts {
			parts[i] = PathWord(part, language)
		}
		return strings.Join(parts, "/")
	}
	return v
}

// ownPaths are the words of whoever runs this for parts of causes.
var ownPaths atomic.Pointer[map[string]map[string]string]

// SetPaths gives words for parts of causes, by part and language, which go before
// those of the dictionaries: once, before anything is written.
func SetPaths(words map[string]map[string]string) { ownPaths.Store(&words) }

// PathWord returns the words for one part of a cause such as delivery/late.
func PathWord(part, language string) string {
	if own := ownPaths.Load(); own != nil && (*own)[part][language] != "" {
		return (*own)[part][language]
	}
	if word := dictionaries()[language].Paths[part]; word != "" {
		return word
	}
	return part
}

// pathColumns hold reasons and causes: paths, or parts of one.
var pathColumns = []string{"reason", "main_reason", "cause", "field", "branch"}

// Word returns fixed words, such as those of a page's foot.
func Word(key, language string) string {
	if w := dictionaries()[language].Fixed[key]; w != "" {
		return w
	}
	return key
}
