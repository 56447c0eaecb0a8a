package topics

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// vocabulary holds the features of a language: for English the stems of words
// and of pairs of words, for Chinese phrases.
type vocabulary struct {
	number  map[string]int
	keys    []string
	surface []string  // how each is mostly written
	found   []int     // documents with it
	weight  []float64 // inverse document frequency
}

// newVocabulary fills the features of every sentence and the vectors of the
// texts. A feature of fewer than least documents is left out.
func newVocabulary(texts []*text, language string, least int) *vocabulary {
	split := english
	if language == "zh" {
		split = newPhrasebook(texts, least).chinese
	}
	documents := map[string]int{}
	last := map[string]int{}
	for i, t := range texts {
		for s := range t.sentences {
			split(t.source(&t.sentences[s]), func(key, _ string) {
				if last[key] != i+1 {
					last[key] = i + 1
					documents[key]++
				}
			})
		}
	}
	v := &vocabulary{number: map[string]int{}}
	for _, key := range slices.Sorted(maps.Keys(documents)) {
		if n := documents[key]; n >= least {
			v.number[key] = len(v.keys)
			v.keys = append(v.keys, key)
			v.found = append(v.found, n)
			v.weight = append(v.weight, math.Log(1+float64(len(texts))/float64(n)))
		}
	}
	written := make([]map[string]int, len(v.keys))
	for _, t := range texts {
		for s := range t.sentences {
			sentence := &t.sentences[s]
			split(t.source(sentence), func(key, surface string) {
				f, ok := v.number[key]
				if !ok {
					return
				}
				sentence.features = append(sentence.features, f)
				if written[f] == nil {
					written[f] = map[string]int{}
				}
				if _, known := written[f][surface]; known || len(written[f]) < 50 {
					written[f][surface]++
				}
			})
		}
		t.vector = v.vector(t)
	}
	for _, forms := range written {
		best := ""
		for form, n := range forms {
			if best == "" || cmp.Or(cmp.Compare(n, forms[best]), cmp.Compare(len(best), len(form)), cmp.Compare(best, form)) > 0 {
				best = form
			}
		}
		v.surface = append(v.surface, best)
	}
	return v
}

// vector weighs each feature by its rarity and by where it is first said: the
// reason for the contact stands at the beginning, anger and thanks later. The
// first sentence with features counts whole, the second 0.7 of it, so that a
// greeting in front matters little, and the tenth a fifth.
func (v *vocabulary) vector(t *text) vector {
	weights := map[int]float64{}
	place := 0
	for i := range t.sentences {
		if len(t.sentences[i].features) == 0 {
			continue
		}
		early := 1 / (1 + 0.45*float64(place))
		place++
		for _, f := range t.sentences[i].features {
			if _, before := weights[f]; !before {
				weights[f] = early * v.weight[f]
			}
		}
	}
	return newVector(weights)
}
