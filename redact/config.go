package redact

import (
	"maps"
	"slices"

	"earshot/models"
)

// Config says what is masked.
type Config struct {
	Keep         []string `yaml:"keep" doc:"types that are not masked (order)"`
	PseudonymKey string   `yaml:"pseudonym_key" doc:"secret for the pseudonyms of customers who are keyed by a number of theirs; the same on every machine; default empty: made at the first start and kept in the data folder"`
}

// Default returns the configuration used where nothing is set. Order numbers
// stay: they name no person, and reviewers need them.
func Default() Config { return Config{Keep: []string{string(Order)}} }

// Validate returns an error that wraps models.ErrBadInput for an unknown type.
func (c Config) Validate() error {
	for _, t := range c.Keep {
		if _, ok := kinds[Type(t)]; !ok {
			return models.BadInput("redact: keep: %q: want some of %v", t, slices.Sorted(maps.Keys(kinds)))
		}
	}
	return nil
}
