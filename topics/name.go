package topics

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	mostPhrases  = 3
	leastShare   = 0.08 // of the topic's texts say a phrase of its name
	longestName  = 8    // characters of a Chinese phrase
	goesOn       = 0.75 // share of occasions on which a character follows, for it to belong to the phrase
	pairsCount   = 1.25 // two words tell more than one
	nameFromText = 500  // texts that Chinese phrases are completed from
)

// phrases returns what a topic says and others do not: the features that tell
// most of it by Kullback and Leibler's divergence (1951), as whole phrases.
func (g *group) phrases() []string {
	inside := make([]int, len(g.keys))
	for _, t := range g.texts {
		for _, f := range t.vector.at {
			inside[f]++
		}
	}
	type telling struct {
		feature int
		tells   float64
	}
	var all []telling
	for f, n := range inside {
		share := float64(n) / float64(len(g.texts))
		if share < leastShare || g.centre[f] == 0 {
			continue
		}
		lift := math.Log(share / (float64(g.found[f]) / float64(g.all)))
		// A topic that is all there is has phrases, too; where they stand in
		// its centre counts as much as how they differ.
		tells := share * (lift + 0.05) * math.Sqrt(g.centre[f])
		if strings.Contains(g.keys[f], " ") {
			tells *= pairsCount
		}
		if tells > 0 {
			all = append(all, telling{f, tells})
		}
	}
	slices.SortFunc(all, func(a, b telling) int {
		return cmp.Or(cmp.Compare(b.tells, a.tells), cmp.Compare(g.keys[a.feature], g.keys[b.feature]))
	})
	var chosen []string
	used := map[string]bool{}
	var runs [][]rune
	for _, c := range all[:min(len(all), 60)] {
		phrase := g.surface[c.feature]
		parts := strings.Fields(g.keys[c.feature])
		if g.language == "zh" {
			if runs == nil {
				runs = g.runs()
			}
			phrase = whole(phrase, runs)
			parts = pairs(phrase)
		}
		if len(chosen) > 0 && c.tells < all[0].tells/6 || slices.ContainsFunc(parts, func(p string) bool { return used[p] }) {
			continue
		}
		for _, p := range parts {
			used[p] = true
		}
		if chosen = append(chosen, phrase); len(chosen) == mostPhrases {
			break
		}
	}
	return chosen
}

// pairs returns the two-character parts of a phrase.
func pairs(phrase string) []string {
	r := []rune(phrase)
	var all []string
	for i := 0; i+2 <= len(r); i++ {
		all = append(all, string(r[i:i+2]))
	}
	return all
}

// runs returns what Chinese phrases are taken from, of some of the texts.
func (g *group) runs() [][]rune {
	all := [][]rune{}
	for _, t := range g.texts[:min(len(g.texts), nameFromText)] {
		for i := range t.sentences {
			if len(t.sentences[i].features) > 0 {
				all = append(all, segments(t.source(&t.sentences[i]))...)
			}
		}
	}
	return all
}

// whole completes a phrase with the characters that nearly always stand beside
// it, so that a name does not begin or end within a word.
func whole(phrase string, runs [][]rune) string {
	p := []rune(phrase)
	for len(p) < longestName {
		total := 0
		before, after := map[rune]int{}, map[rune]int{}
		for _, run := range runs {
			for i := 0; i+len(p) <= len(run); i++ {
				if !slices.Equal(run[i:i+len(p)], p) {
					continue
				}
				total++
				if i > 0 {
					before[run[i-1]]++
				}
				if i+len(p) < len(run) {
					after[run[i+len(p)]]++
				}
			}
		}
		l, ln := commonest(before)
		r, rn := commonest(after)
		least := goesOn * float64(total)
		switch {
		case total == 0 || float64(max(ln, rn)) < least:
			return string(p)
		case rn >= ln:
			p = append(p, r)
		default:
			p = slices.Insert(p, 0, l)
		}
	}
	return string(p)
}

func commonest(counts map[rune]int) (best rune, n int) {
	for r, c := range counts {
		if c > n || c == n && r < best {
			best, n = r, c
		}
	}
	return best, n
}
