package redact

import (
	"maps"
	"slices"

	"earshot/models"
)

// Config says what is masked.
type Config struct {
	Keep         []string `yaml:"keep" doc:"types that are not masked (order)"`
	Also         []string `yaml:"also" doc:"types that are masked beyond those that always are: place, organization, date, age, title, group, url; default none"`
	Agents       bool     `yaml:"agents" doc:"whether the name an agent gives as their own is masked too; default false, since reviewers have to know whom they review"`
	PseudonymKey string   `yaml:"pseudonym_key" doc:"secret for the pseudonyms of customers who are keyed by a number of theirs; the same on every machine; default empty: made at the first start and kept in the data folder"`
}

// Default returns the configuration used where nothing is set. Order numbers
// stay: they name no person, and reviewers need them.
func Default() Config { return Config{Keep: []string{string(Order)}} }

// Validate returns an error that wraps models.ErrBadInput for an unknown type.
func (c Config) Validate() error {
	for key, types := range map[string][]string{"keep": c.Keep, "also": c.Also} {
		for _, t := range types {
			if _, ok := kinds[Type(t)]; !ok {
				return models.BadInput("redact: %s: %q: want some of %v", key, t, slices.Sorted(maps.Keys(kinds)))
			}
		}
	}
	return nil
}
