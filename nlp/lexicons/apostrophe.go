package lexicons

import (
	"slices"
	"strings"
)

// People who type fast leave apostrophes out: dont, wont, thats, youre. Phrases
// of lexicons are looked for in that spelling as well, but where it is another
// word: well is not we'll.

// contracted are the words that take 's for is or has.
var contracted = strings.Fields(`it that what there here who where how he she let nobody everything nothing something someone this`)

// otherWords are what contractions become that are words of their own.
var otherWords = strings.Fields(`were well ill hell shell id wed shed`)

// bareContractions returns a phrase in small letters without the apostrophes of
// its contractions, and whether that changes it.
func bareContractions(phrase string) (string, bool) {
	if strings.IndexByte(phrase, '\'') < 0 {
		return phrase, false
	}
	changed := false
	words := strings.Split(phrase, " ")
	for i, w := range words {
		stem, ending, ok := strings.Cut(w, "'")
		bare := stem + ending
		if !ok || stem == "" || slices.Contains(otherWords, bare) {
			continue
		}
		switch ending {
		case "s":
			ok = slices.Contains(contracted, stem)
		case "t", "m", "ve", "re", "ll", "d", "all":
		default:
			ok = false
		}
		if ok {
			words[i], changed = bare, true
		}
	}
	return strings.Join(words, " "), changed
}
