package warehouse

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What the indexes of words are of, as migration 00042 has it.
const (
	// Runs of Latin letters.
	ofLetters = "replaceRegexpAll(lower(text), '[^a-z]+', ' ')"
	// Every three characters of numbers and of words with digits, and one or two
	// at their ends.
	ofNumbers = "arrayStringConcat(ngrams(concat(' ', arrayStringConcat(extractAll(lower(text), '[a-z]*[0-9][a-z0-9]*'), ' '), ' '), 3), ' ')"
	// Every two characters of other scripts, and one at the ends.
	ofPairs = "arrayStringConcat(ngrams(replaceRegexpAll(text, '[ -~]+', ' '), 2), ' ')"
)

// lookups are conditions of the texts that have the i-th term and perhaps, if
// they are not exact, of others that have all pieces of it. The indexes answer
// them. None: it has no piece of two characters, or must not be there.
func (t term) lookups(i int) (c conditions, exact bool) {
	runs := t.runs()
	longer := slices.ContainsFunc(runs, func(r string) bool { return utf8.RuneCountInString(r) > 2 })
	for j, run := range runs {
		name := fmt.Sprintf("run%d_%d", i, j)
		size := utf8.RuneCountInString(run)
		digits := strings.ContainsAny(run, "0123456789")
		switch {
		case size < 2:
		case size == 2 && run[0] < utf8.RuneSelf && longer: // many words have it
		case run[0] >= utf8.RuneSelf:
			c.add("hasAllTokens("+ofPairs+", {"+name+":Array(String)})", name, grams(run, 2))
			exact = size == 2
		case digits && size > 2:
			c.add("hasAllTokens("+ofNumbers+", {"+name+":Array(String)})", name, grams(run, 3))
			exact = size == 3
		case digits:
			c.add(ofNumbers+" LIKE {"+name+":String}", name, "%"+run+"%")
			exact = true
		default:
			c.add(ofLetters+" LIKE {"+name+":String}", name, "%"+run+"%")
			exact = true
		}
	}
	exact = exact && len(runs) == 1 && runs[0] == t.text
	switch {
	case t.not && !exact:
		return conditions{}, false
	case t.not:
		c.all[0] = "NOT " + c.all[0]
	}
	return c, exact
}

// like is the condition that the i-th term is in the text, or is not.
func (t term) like(i int) (c conditions) {
	name, not := fmt.Sprint("word", i), ""
	if t.not {
		not = "NOT "
	}
	c.add("lower(text) "+not+"LIKE {"+name+":String}", name, "%"+likeEscaper.Replace(t.text)+"%")
	return c
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// in tells whether the term is in the text, or is not.
func (t term) in(text string) bool { return strings.Contains(lowerASCII(text), t.text) != t.not }

// runs are the parts of a term that the indexes tell apart: of Latin letters and
// digits, and of characters of other scripts.
func (t term) runs() []string {
	kind := func(r rune) int {
		switch {
		case r >= utf8.RuneSelf:
			return 1
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return 2
		}
		return 0
	}
	var all []string
	last := 0
	for _, r := range t.text {
		switch k := kind(r); {
		case k == 0:
			last = k
		case k == last:
			all[len(all)-1] += string(r)
		default:
			all, last = append(all, string(r)), k
		}
	}
	return all
}

// grams are the pieces of n characters.
func grams(s string, n int) []string {
	runes := []rune(s)
	all := make([]string, 0, len(runes))
	for i := range len(runes) - n + 1 {
		if gram := string(runes[i : i+n]); !slices.Contains(all, gram) {
			all = append(all, gram)
		}
	}
	return all
}
